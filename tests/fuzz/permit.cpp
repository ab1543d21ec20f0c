// Whatever a permit file holds: it is a permit that survives its own JSON and that nobody signed, or an Error.
#include <string>
#include <string_view>

#include "inventory/permits/signing.hpp"
#include "tests/fuzz/fuzz_target.hpp"

using namespace footing;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const std::string nobodys(64, '7');
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto permit = permits::permit_from_json(text)) {
        promise(permits::permit_from_json(permits::to_json(*permit)) == permit);
        promise(!permits::verify(*permit, {nobodys}));
        promise(permits::signed_text(*permit).starts_with("footing permit 1\nid:36:"));
    }
    (void)permits::spending_from_json(text);
    (void)permits::spent_from_json(text);
    return 0;
}
