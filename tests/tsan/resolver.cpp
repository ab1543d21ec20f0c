// getaddrinfo_a(3) without its thread, for the thread sanitizer alone: glibc makes that thread behind the sanitizer's
// back, and the first instrumented call in it crashes. httplib waits for each name, so looking it up at once is the same.
#include <netdb.h>

extern "C" {

int getaddrinfo_a(int, gaicb* list[], int count, sigevent*)
{
    for (int i = 0; i < count; ++i)
        if (list[i] != nullptr)
            list[i]->__return = ::getaddrinfo(list[i]->ar_name, list[i]->ar_service, list[i]->ar_request, &list[i]->ar_result);
    return 0;
}

int gai_suspend(const gaicb* const[], int, const timespec*) { return 0; }  // one of them has an answer
int gai_error(gaicb* one) { return one->__return; }
int gai_cancel(gaicb*) { return EAI_ALLDONE; }

}
