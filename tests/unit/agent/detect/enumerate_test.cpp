#include "agent/detect/enumerate.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>

#include "tests/unit/agent/report/machine_root.hpp"

using namespace footing;
using namespace std::chrono_literals;
using footing::tests::MachineRoot;

namespace {

/// Two drives, as sysfs shows them.
class Machine : public MachineRoot {
public:
    Machine()
    {
        file("proc/self/mountinfo", "");
        file("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
        drive("sda", "8:0");
        drive("sdb", "8:16");
    }

    std::filesystem::path of(const std::string& attribute) const { return path() / "sys/class/block" / attribute; }

    /// A folder in its place: reading it is EISDIR.
    void spoil(const std::string& attribute)
    {
        std::filesystem::remove_all(of(attribute));
        std::filesystem::create_directories(of(attribute));
    }

    /// A pipe that nobody writes to: whoever opens it waits.
    void hang(const std::string& attribute)
    {
        std::filesystem::remove(of(attribute));
        REQUIRE(::mkfifo(of(attribute).c_str(), 0600) == 0);
    }

    /// The drive lies there in the tree of devices, as its link in /sys/class/block says.
    void plug_in(const std::string& name, const std::string& address)
    {
        const std::filesystem::path real = path() / "sys/devices" / address / "block" / name;
        std::filesystem::create_directories(real.parent_path());
        std::filesystem::rename(of(name), real);
        std::filesystem::create_symlink(real, of(name));
    }

private:
    void drive(const std::string& name, const std::string& number)
    {
        const std::string folder = "sys/class/block/" + name + "/";
        for (const auto& [attribute, value] : {std::pair{"dev", number.c_str()}, {"size", "2048000"}, {"ro", "0"}, {"removable", "0"}, {"diskseq", "7"},
                                               {"queue/logical_block_size", "512"}, {"queue/rotational", "1"}, {"device/wwid", "naa.5000c500a1b2c3d4"}})
            file(folder + attribute, std::string(value) + "\n");
    }
};

Disk find(const std::vector<Disk>& disks, const std::string& name)
{
    for (const auto& disk : disks)
        if (disk.name == name) return disk;
    FAIL("no drive " << name);
    return {};
}

}  // namespace

TEST_CASE("a drive's facts are read; what a drive doesn't have is absent, and nothing to note")
{
    const Machine machine;
    const auto disks = enumerate(10s, machine.path());
    REQUIRE(disks.has_value());
    REQUIRE(disks->size() == 2);
    const Disk disk = find(*disks, "sda");
    CHECK(disk.size == Bytes{512ULL * 2048000});
    CHECK(disk.identity.wwn == "naa.5000c500a1b2c3d4");
    CHECK(disk.identity.serial.empty());
    CHECK(disk.unread == std::vector<Unread>{});
}

TEST_CASE("how a SCSI drive is reached, the tree of devices says")
{
    // As drivers/scsi/scsi_transport_{sas,fc,iscsi}.c, drivers/ata/libata-transport.c and drivers/usb name their devices.
    struct Reached {
        const char* address;
        const char* model;
        const char* transport;
    };
    for (const auto& [address, model, transport] : {
             Reached{"pci0000:00/0000:00:17.0/ata3/host2/target2:0:0/2:0:0:0", "ST16000NM001G", "sata"},
             Reached{"pci0000:00/0000:3b:00.0/host0/port-0:0/end_device-0:0/target0:0:0/0:0:0:0", "ST16000NM002G", "sas"},
             Reached{"pci0000:00/0000:3b:00.0/host0/port-0:0/expander-0:0/port-0:0:4/end_device-0:0:4/target0:0:4/0:0:4:0", "ST16000NM002G", "sas"},
             Reached{"pci0000:00/0000:5e:00.0/host7/rport-7:0-2/target7:0:0/7:0:0:1", "LUN C-Mode", "fc"},
             Reached{"platform/host9/session1/target9:0:0/9:0:0:0", "VIRTUAL-DISK", "iscsi"},
             Reached{"pci0000:00/0000:00:14.0/usb1/1-4/1-4:1.0/host6/target6:0:0/6:0:0:0", "Ultra Fit", "usb"},
             Reached{"pci0000:00/0000:00:14.0/usb1/1-8/1-8:1.0/host6/target6:0:0/6:0:0:0", "Virtual HDisk0", "virtual_media"},
             Reached{"pci0000:00/0000:18:00.0/host0/target0:2:0/0:2:0:0", "PERC H740P Mini", "scsi"},
         }) {
        Machine machine;
        machine.file("sys/class/block/sda/device/model", std::string(model) + "\n");
        machine.plug_in("sda", address);
        const auto disks = enumerate(10s, machine.path());
        REQUIRE(disks.has_value());
        CHECK_MESSAGE(find(*disks, "sda").transport == transport, address);
    }
}

TEST_CASE("a drive in an enclosure says which one, and where in it")
{
    Machine machine;
    // As drivers/misc/enclosure.c lays it out: the drive's device has a link to the enclosure's component.
    const std::string enclosure = "sys/class/enclosure/0:0:8:0/";
    machine.file(enclosure + "id", "0x500304801f2a3b3f\n");
    machine.file(enclosure + "Slot 01/slot", "1\n");
    std::filesystem::create_directory_symlink(machine.path() / enclosure / "Slot 01", machine.of("sda/device/enclosure_device:Slot 01"));
    const auto disks = enumerate(10s, machine.path());
    REQUIRE(disks.has_value());
    const Disk inside = find(*disks, "sda"), outside = find(*disks, "sdb");
    CHECK(inside.enclosure == "0x500304801f2a3b3f");
    CHECK(inside.element == "Slot 01");
    CHECK(inside.slot == "slot 1");
    CHECK(outside.enclosure.empty());
    CHECK(outside.element.empty());
    CHECK(outside.slot == "device");
}

TEST_CASE("a multipath device is who its paths are; where they aren't one drive, or can't say it, it tells so")
{
    const auto joined = [](const Machine& machine) {
        const auto disks = enumerate(10s, machine.path());
        REQUIRE(disks.has_value());
        CHECK(find(*disks, "sda").folded_into == "dm-0");
        return find(*disks, "dm-0");
    };
    Machine machine;
    for (const auto& [attribute, value] : {std::pair{"dev", "253:0"}, {"size", "2048000"}, {"ro", "0"}, {"removable", "0"}, {"dm/uuid", "mpath-35000c500a1b2c3d4"}})
        machine.file(std::string("sys/class/block/dm-0/") + attribute, std::string(value) + "\n");
    std::filesystem::create_directories(machine.of("dm-0/holders"));
    for (const char* path : {"sda", "sdb"}) {
        std::filesystem::create_directories(machine.of(std::string(path) + "/holders/dm-0"));
        std::filesystem::create_directories(machine.of(std::string("dm-0/slaves/") + path));
    }
    CHECK(joined(machine).paths == std::vector<std::string>{"sda", "sdb"});
    CHECK(joined(machine).identity.wwn == "naa.5000c500a1b2c3d4");
    CHECK(joined(machine).other_path.empty());
    CHECK(joined(machine).unread.empty());

    machine.file("sys/class/block/sdb/device/serial", "ANOTHER\n");
    CHECK(joined(machine).other_path == "sdb");

    machine.spoil("sdb/device/serial");
    CHECK(joined(machine).unread == std::vector<Unread>{{"device/serial", EISDIR}});
}

TEST_CASE("a multipath device that lost all its paths is told, and that nobody can say which drive it is")
{
    Machine machine;
    for (const auto& [attribute, value] : {std::pair{"dev", "253:0"}, {"size", "2048000"}, {"ro", "0"}, {"removable", "0"}, {"dm/uuid", "mpath-35000c500a1b2c3d4"}})
        machine.file(std::string("sys/class/block/dm-0/") + attribute, std::string(value) + "\n");
    std::filesystem::create_directories(machine.of("dm-0/holders"));
    std::filesystem::create_directories(machine.of("dm-0/slaves"));
    const auto disks = enumerate(10s, machine.path());
    REQUIRE(disks.has_value());
    const Disk disk = find(*disks, "dm-0");
    REQUIRE(disk.unread == std::vector<Unread>{{"slaves", ENODEV}});
    CHECK(disk.identity == Identity{});
    CHECK(sentence_of(disk.unread.front()).find("without a path") != std::string::npos);
}

TEST_CASE("an attribute that is there and can't be read is noted with its errno, and the other drive is none the worse")
{
    for (const char* attribute : {"dev", "size", "ro", "removable", "diskseq", "hidden", "queue/logical_block_size", "queue/rotational", "queue/zoned",
                                  "device/wwid", "device/model", "device/vendor", "device/serial", "device/vpd_pg80", "serial"}) {
        CAPTURE(attribute);
        Machine machine;
        machine.spoil(std::string("sda/") + attribute);
        const auto disks = enumerate(10s, machine.path());
        REQUIRE(disks.has_value());
        CHECK(find(*disks, "sda").unread == std::vector<Unread>{{attribute, EISDIR}});
        CHECK(find(*disks, "sdb").unread.empty());
    }
}

TEST_CASE("a size that is missing, empty or no number can't be read: it is not 0")
{
    Machine machine;
    std::filesystem::remove(machine.of("sda/size"));
    machine.file("sys/class/block/sdb/size", "\n");
    const auto disks = enumerate(10s, machine.path());
    REQUIRE(disks.has_value());
    CHECK(find(*disks, "sda").unread == std::vector<Unread>{{"size", ENOENT}});
    CHECK(find(*disks, "sdb").unread == std::vector<Unread>{{"size", EINVAL}});
}

TEST_CASE("a loop device whose size can't be read is listed; one without a medium and a partition aren't")
{
    Machine machine;
    machine.file("sys/class/block/loop0/size", "0\n").file("sys/class/block/sda1/partition", "1\n");
    machine.spoil("loop1/size");
    machine.spoil("sdb1/partition");
    const auto disks = enumerate(10s, machine.path());
    REQUIRE(disks.has_value());
    std::string names;
    for (const auto& disk : *disks) names += disk.name + " ";
    CHECK(names == "sda sdb sdb1 loop1 ");
    CHECK_FALSE(find(*disks, "sdb1").unread.empty());
    CHECK_FALSE(find(*disks, "loop1").unread.empty());
}

TEST_CASE("a drive whose facts never come hangs nobody: it is listed, and says so")
{
    Machine machine;
    machine.hang("sda/queue/rotational");
    const auto disks = enumerate(300ms, machine.path());
    REQUIRE(disks.has_value());
    REQUIRE(disks->size() == 2);
    CHECK(find(*disks, "sda").unread == std::vector<Unread>{{"sysfs", ETIMEDOUT}});
    CHECK(find(*disks, "sda").diskseq == 7);  // another drive of that name will have another
    CHECK(find(*disks, "sdb").unread.empty());
    CHECK(find(*disks, "sdb").size == Bytes{512ULL * 2048000});
}

TEST_CASE("a list that never comes is an error, not 'no drives'")
{
    Machine machine;
    machine.file("sys/class/block/sdc/size", "1");
    machine.hang("sda/size");
    std::filesystem::remove_all(machine.of("sdc"));
    machine.folder("sys/class/block/sdc");
    REQUIRE(::mkfifo(machine.of("sdc/partition").c_str(), 0600) == 0);
    const auto disks = enumerate(300ms, machine.path());
    REQUIRE_FALSE(disks.has_value());
    CHECK(disks.error().code == ETIMEDOUT);
    std::filesystem::remove_all(machine.path() / "sys");
    CHECK_FALSE(enumerate(300ms, machine.path()));
}
