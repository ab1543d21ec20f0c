#include "agent/report/collect.hpp"

#include <doctest/doctest.h>

#include "agent/report/build_report.hpp"
#include "tests/unit/agent/report/machine_root.hpp"

using namespace footing;
using namespace footing::report;
using footing::tests::MachineRoot;
using wire::SectionStatus;

namespace {

/// One NIC as sysfs shows it.
void add_nic(MachineRoot& root, const std::string& name, const std::string& address, const std::string& driver = "ixgbe")
{
    const auto folder = "sys/class/net/" + name + "/";
    root.file(folder + "type", "1\n").file(folder + "address", address + "\n").file(folder + "addr_assign_type", "0\n");
    root.link(folder + "device/driver", "../../../../bus/pci/drivers/" + driver);
}

}  // namespace

TEST_CASE("SMBIOS is taken as it is, the UUID in lower case")
{
    MachineRoot root;
    root.file("sys/class/dmi/id/product_uuid", "4C4C4544-0031-3010-8035-B4C04F564432\n")
        .file("sys/class/dmi/id/sys_vendor", "Dell Inc.\n")
        .file("sys/class/dmi/id/product_name", "PowerEdge R740xd2\n")
        .file("sys/class/dmi/id/product_serial", "7D5VD42\n")
        .file("sys/class/dmi/id/board_serial", "To be filled by O.E.M.  \n")
        .file("sys/class/dmi/id/chassis_asset_tag", "\n");
    const auto section = collect_machine(root.path());
    CHECK(section.status == SectionStatus::Ok);
    CHECK(section.data == wire::MachineIdentity{"4c4c4544-0031-3010-8035-b4c04f564432", "Dell Inc.", "PowerEdge R740xd2",
                                                "7D5VD42", "To be filled by O.E.M.", "", "", ""});
}

TEST_CASE("a machine without SMBIOS is empty; a field that can't be read fails the section")
{
    MachineRoot root;
    CHECK(collect_machine(root.path()).status == SectionStatus::Empty);
    root.file("sys/class/dmi/id/sys_vendor", "QEMU\n").folder("sys/class/dmi/id/product_uuid");
    const auto section = collect_machine(root.path());
    CHECK(section.status == SectionStatus::Failed);
    CHECK(section.error.value_or("").ends_with("product_uuid: Is a directory"));
}

TEST_CASE("the system says its name, kernel, memory, image and what the kernel command line knows of its place")
{
    MachineRoot root;
    root.file("proc/sys/kernel/hostname", "par1-b07-u12\n")
        .file("proc/sys/kernel/osrelease", "6.12.107-amd64\n")
        .file("proc/meminfo", "MemTotal:       16318812 kB\nMemFree:          123 kB\n")
        .file("proc/cmdline", "console=ttyS0 footing.release=2026.11-7f3 footing.rack=B06 footing.room=\"Hall 2\" \"footing.row=B C\""
                              " footing.site= footing.rack=B07 footing.height=3 quiet\n");
    const auto section = collect_system(root.path(), "0.1.0");
    CHECK(section.status == SectionStatus::Ok);
    wire::System expected;
    expected.host_name = "par1-b07-u12";
    expected.kernel = "6.12.107-amd64";
    expected.image = "2026.11-7f3";
    expected.agent_version = "0.1.0";
    expected.memory_bytes = 16318812ULL * 1024;
    expected.location = {{"rack", "B07"}, {"room", "Hall 2"}, {"row", "B C"}};
    CHECK(section.data == expected);
}

TEST_CASE("a system without /proc is a failed section")
{
    MachineRoot root;
    CHECK(collect_system(root.path(), "0.1.0").status == SectionStatus::Failed);
}

TEST_CASE("only physical Ethernet NICs are listed, with driver, link and speed")
{
    MachineRoot root;
    add_nic(root, "eno1", "52:54:00:00:00:01");
    root.file("sys/class/net/eno1/carrier", "1\n").file("sys/class/net/eno1/speed", "25000\n");
    add_nic(root, "eno2", "52:54:00:00:00:02", "virtio_net");
    root.file("sys/class/net/eno2/speed", "-1\n");
    root.file("sys/class/net/bond0/type", "1\n").file("sys/class/net/bond0/address", "52:54:00:00:00:01\n");
    root.file("sys/class/net/lo/type", "772\n");
    add_nic(root, "vf0", "52:54:00:00:00:03");
    root.folder("sys/class/net/vf0/device/physfn");
    add_nic(root, "wlan0", "52:54:00:00:00:04");
    root.folder("sys/class/net/wlan0/wireless");
    add_nic(root, "ib0", "80:00");
    root.file("sys/class/net/ib0/type", "32\n");
    root.file("sys/class/net/bonding_masters", "bond0\n");

    const auto section = collect_nics(root.path());
    CHECK(section.status == SectionStatus::Ok);
    CHECK(section.data == std::vector<wire::Nic>{{"eno1", "52:54:00:00:00:01", "ixgbe", true, 25000, {}},
                                                 {"eno2", "52:54:00:00:00:02", "virtio_net", false, {}, {}}});
}

TEST_CASE("an address that a bond has set is not the NIC's own")
{
    MachineRoot root;
    add_nic(root, "eno1", "52:54:00:00:00:01");
    root.file("sys/class/net/eno1/addr_assign_type", "3\n");
    CHECK(collect_nics(root.path()).data.at(0).permanent_mac.empty());
}

TEST_CASE("no NIC is empty, no /sys is a failure")
{
    MachineRoot root;
    CHECK(collect_nics(root.path()).status == SectionStatus::Failed);
    root.folder("sys/class/net/lo");
    CHECK(collect_nics(root.path()).status == SectionStatus::Empty);
}

TEST_CASE("this machine's own NICs are read without error")
{
    const auto section = collect_nics("/");
    CHECK((section.status == SectionStatus::Ok || section.status == SectionStatus::Empty));
    for (const auto& nic : section.data) CHECK((nic.permanent_mac.empty() || nic.permanent_mac.size() == 17));
}

TEST_CASE("the configuration's machine is who it is, whatever SMBIOS says or doesn't")
{
    Config config;
    CHECK(who_it_is(config) == collect_machine("/"));
    config.machine = "4c4c4544-0042-3510-8054-b4c04f4d3232";
    const auto section = who_it_is(config);
    CHECK(section.status == SectionStatus::Ok);
    CHECK(section.data.uuid == *config.machine);
}
