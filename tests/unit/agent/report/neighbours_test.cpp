#include <doctest/doctest.h>

#include <cerrno>

#include "agent/os/files.hpp"
#include "agent/report/collect.hpp"

using namespace footing;
using namespace footing::report;
using wire::SectionStatus;

namespace {

constexpr double long_up = 3'600;

/// What lldpcli 1.0.18 said to us: tests/fixtures/lldp.
os::CommandResult captured(const std::string& name)
{
    auto text = os::read_file(std::string(FOOTING_SOURCE_DIR "/tests/fixtures/lldp/") + name);
    REQUIRE_MESSAGE(text.has_value(), text.error().message);
    return {0, *text, "", false};
}

os::CommandResult said(const std::string& text) { return {0, text, "", false}; }

}  // namespace

TEST_CASE("a switch is a neighbour with chassis, port, name and description")
{
    const auto section = neighbours_of(captured("one-neighbour.json"), long_up);
    CHECK(section.status == SectionStatus::Ok);
    CHECK(section.data == std::vector<wire::Neighbour>{{"eth0", "mac", "02:00:00:00:aa:01", "local", "Ethernet1/17", "tor-b07-1", "tor0"}});
    CHECK(neighbours_of(captured("one-neighbour.json"), 20).status == SectionStatus::Ok);
}

TEST_CASE("no neighbour is empty, but only when there was time to hear one")
{
    CHECK(neighbours_of(captured("no-neighbour.json"), long_up).status == SectionStatus::Empty);
    const auto early = neighbours_of(captured("no-neighbour.json"), 20);
    CHECK(early.status == SectionStatus::NotCollected);
    CHECK(early.error == "nothing heard yet, 20 s after the kernel started");
}

TEST_CASE("two neighbours on one port are both reported, another protocol's is not")
{
    const std::string port = R"("port":[{"id":[{"type":"ifname","value":"Eth1"}]}])";
    const auto interface = [&](const std::string& via, const std::string& id) {
        return R"({"name":"eno1","via":")" + via + R"(","chassis":[{"id":[{"type":"mac","value":")" + id + R"("}]}],)" + port + "}";
    };
    const auto section = neighbours_of(said(R"({"lldp":[{"interface":[)" + interface("LLDP", "a") + "," + interface("CDPv2", "b") + "," +
                                            interface("LLDP", "c") + "]}]}"), long_up);
    CHECK(section.data == std::vector<wire::Neighbour>{{"eno1", "mac", "a", "ifname", "Eth1", "", ""}, {"eno1", "mac", "c", "ifname", "Eth1", "", ""}});
}

TEST_CASE("a machine without lldpd is not collected; a daemon that is not there or talks nonsense is a failure")
{
    CHECK(neighbours_of(fail(ErrorKind::Hold, "run lldpcli: No such file or directory", ENOENT), long_up).status == SectionStatus::NotCollected);
    CHECK(neighbours_of(fail(ErrorKind::Hold, "run lldpcli: Permission denied", EACCES), long_up).status == SectionStatus::Failed);

    const auto no_daemon = neighbours_of(os::CommandResult{1, "", "unable to connect to socket /run/lldpd.socket\nmore\n", false}, long_up);
    CHECK(no_daemon.status == SectionStatus::Failed);
    CHECK(no_daemon.error == "lldpcli: exit status 1: unable to connect to socket /run/lldpd.socket");
    CHECK(neighbours_of(os::CommandResult{137, "", "", true}, long_up).error == "lldpcli did not answer within 10 s");

    for (const char* text : {"", "{", "[]", "{}", R"({"lldp":[{"interface":[{"name":"eno1"}]}]})", R"({"lldp":[{"interface":[{"name":"eno1","chassis":[],"port":[]}]}]})",
                             R"({"lldp":[{"interface":[{"name":7,"chassis":[{"id":[{"type":"mac","value":"a"}]}],"port":[{"id":[{"type":"a","value":"b"}]}]}]}]})"}) {
        CAPTURE(text);
        const auto section = neighbours_of(said(text), long_up);
        CHECK(section.status == SectionStatus::Failed);
        CHECK(section.data.empty());
    }
}
