#include "agent/commands/fetch.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "agent/commands/common.hpp"
#include "agent/fetch/fetch.hpp"
#include "agent/os/console.hpp"

namespace footing::commands {
namespace {

/// In an initrd nobody reads standard error: whoever stands before the machine sees its consoles.
void say(const std::string& sentence)
{
    static const bool initrd = std::filesystem::exists("/etc/initrd-release");
    if (initrd) os::say_on_consoles(sentence);
    else std::fputs(fmt::format("footing: {}\n", sentence).c_str(), stderr);  // not fmt::print, which throws: it goes on unheard
}

int run_fetch(const fetch::FetchRequest& request)
{
    if (const auto good = fetch::check(request); !good) {
        say(good.error().message);
        return Usage;
    }
    const auto done = fetch::fetch(request, fetch::real_world(say));
    if (!done) say(done.error().message);
    return done ? AllAsWanted : Failed;
}

}  // namespace

void add_fetch(CLI::App& app, int& status)
{
    auto* command = app.add_subcommand("fetch", "Download one file with a known hash, for as long as it takes");
    const auto request = std::make_shared<fetch::FetchRequest>();
    command->add_option("--url", request->urls, "Where the file is; several are tried in turn")->required()->allow_extra_args(false)->type_name("URL");
    command->add_option("--sha256", request->sha256, "The file's SHA-256, 64 hex digits")->required()->type_name("HEX");
    command->add_option("--size", request->size.count, "The file's size in bytes")->required()->type_name("BYTES");
    command->add_option("--to", request->destination, "Where to put it; it appears there only when it is whole and right")
        ->required()->type_name("FILE");
    command->add_option("--label", request->label, "What it is called in messages (default: the file's name)")->type_name("TEXT");
    command->add_option("--ca-file", request->ca_file, "CA certificates to trust instead of the system's")->type_name("FILE");
    command->footer(
        "Network trouble never ends it: it waits 1, 2, 4 ... 60 s (with jitter, and as long as a server's Retry-After asks),\n"
        "continues where it was cut and tries the next URL. It ends with status 1 after three wrong hashes, when there is no\n"
        "room for the file, or when the file can't be written. In an initrd its messages go to every console.\n\n"
        "Example:\n"
        "  footing fetch --url http://boot-a/img/root-7f3.squashfs --url http://boot-b/img/root-7f3.squashfs \\\n"
        "      --sha256 $SHA256 --size $SIZE --to /run/footing/image/root.squashfs --label 'root image 7f3'");
    command->callback([request, &status] {
        if (request->label.empty()) request->label = request->destination.filename().string();
        status = run_fetch(*request);
    });
}

}  // namespace footing::commands
