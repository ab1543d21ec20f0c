#include <cerrno>

#include "agent/report/collect.hpp"
#include "tests/unit/agent/report/machine_root.hpp"

using namespace footing;
using namespace footing::tests;
using namespace footing::report;
using wire::SectionStatus;

namespace {

/// An SMBIOS structure: the formatted part of this length, then strings.
std::string structure(unsigned char type, std::string formatted, const std::string& strings)
{
    formatted.insert(0, std::string{static_cast<char>(type), static_cast<char>(formatted.size() + 4), 1, 0});
    return formatted + strings + std::string(1, '\0');
}

std::string dimm(unsigned size, unsigned extended)
{
    std::string out(0x20 - 4, '\0');
    const auto set = [&](std::size_t at, unsigned value) { out[at - 4] = static_cast<char>(value); };
    set(0x0c, size & 0xff), set(0x0d, size >> 8);
    set(0x10, 1), set(0x17, 2), set(0x18, 3), set(0x1a, 4);
    set(0x1c, extended & 0xff), set(0x1d, extended >> 8 & 0xff);
    return structure(17, out, std::string("DIMM_A1\0Samsung\0 0123ABCD \0M393A4K40\0", 38));
}

os::CommandResult printed(const std::string& out)
{
    os::CommandResult result;
    result.exit_code = 0;
    result.out = out;
    return result;
}

}  // namespace

TEST_CASE("memory modules come from SMBIOS, sizes in its three forms, empty sockets left out")
{
    MachineRoot root;
    CHECK(collect_memory(root.path()).status == SectionStatus::NotCollected);
    root.file("sys/firmware/dmi/entries/17-0/raw", dimm(0x7fff, 0x8000))  // 32 GiB
        .file("sys/firmware/dmi/entries/17-1/raw", dimm(0, 0))
        .file("sys/firmware/dmi/entries/17-2/raw", dimm(0x8400, 0));
    const auto section = collect_memory(root.path());
    CHECK(section.status == SectionStatus::Ok);
    REQUIRE(section.data.size() == 2);
    CHECK(section.data[0] == wire::Dimm{"DIMM_A1", "Samsung", "M393A4K40", "0123ABCD", 1ULL << 35});
    CHECK(section.data[1].size == 1U << 20);
}

TEST_CASE("broken SMBIOS is read to its end and no further")
{
    MachineRoot root;
    root.file("sys/firmware/dmi/entries/17-0/raw", std::string("\x11\xff\x00", 3)).file("sys/firmware/dmi/entries/17-1/raw", "");
    CHECK(collect_memory(root.path()).status == SectionStatus::Empty);
    CHECK(location_in_chassis(root.path()).empty());
    std::string board(0x0b - 4, '\0');
    board[0x0a - 4] = 9;  // there is no ninth string
    root.file("sys/firmware/dmi/entries/2-0/raw", structure(2, board, std::string("Node 3\0", 7)));
    CHECK(location_in_chassis(root.path()).empty());
    board[0x0a - 4] = 1;
    root.file("sys/firmware/dmi/entries/2-0/raw", structure(2, board, std::string("Node 3\0", 7)));
    CHECK(location_in_chassis(root.path()) == "Node 3");
}

TEST_CASE("the BMC as ipmitool prints it")
{
    const auto lan = printed("Set in Progress         : Set Complete\nIP Address Source       : DHCP Address\n"
                             "IP Address              : 192.0.2.9\nMAC Address             : 3c:ec:ef:00:00:09\n");
    const auto fru = printed(" Chassis Serial        : C1234\n Product Asset Tag     : B-17\n Product Extra         :\n");
    const auto section = bmc_of(lan, fru);
    CHECK(section.status == SectionStatus::Ok);
    CHECK(section.data == wire::Bmc{"3c:ec:ef:00:00:09", "192.0.2.9", {{"Chassis Serial", "C1234"}, {"Product Asset Tag", "B-17"}}});
    auto failed = printed("");
    failed.exit_code = 1;
    CHECK(bmc_of(failed, fru).status == SectionStatus::Failed);
    CHECK(bmc_of(lan, failed).status == SectionStatus::Ok);
    CHECK(bmc_of(fail(ErrorKind::Refuse, "no ipmitool", ENOENT), fru).status == SectionStatus::NotCollected);
    MachineRoot root;
    CHECK(collect_bmc(root.path()).status == SectionStatus::NotCollected);
}
