#include "agent/config/config.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "tests/unit/commented_keys.hpp"

using namespace footing;
using namespace std::chrono_literals;

namespace {

/// A whole one, as a site writes it.
const std::string example = R"(cluster: par-1
inventory:
  url: https://inventory.par-1.internal:8443
  token_file: /run/credentials/footing/token
  ca_file: /etc/footing/inventory-ca.pem
  admission: required              # required | off
disks:                             # rules in order, the first that matches a drive decides; none: the drive is excluded
  - name: boot sticks
    match: {transport: usb}
    exclude: true
  - name: object
    match: {transport: [sas, sata], rotational: true, min_size: 1 TiB}
    role: object
    filesystem: {type: xfs, options: [noatime, nodiratime, logbufs=8]}
    label: "{bay}"                 # or "{index}", "{id8}"; the default is the disk id's first 8 characters
    mount_point: /srv/node/{label}
  - name: test disks
    match: {path: /dev/loop*}      # loop, ram and zram only when a rule names their path
    identity: none                 # drives that have neither WWN nor serial: only where a rule says so
    role: object
    filesystem: {type: xfs}
    mount_point: /srv/node/{label}
services:
  - unit: swift-object.target
    needs: {role: object, mounted: 80 %}     # a count or a share of the drives of that role
limits: {format_at_most: 4}      # a brake on a machine that already has enrolled drives
moved_disks: ask                 # hold | ask | mount; without an inventory, hold
deadlines: {observe: 30 s, enroll: 10 min, boot: 15 min}
)";

std::string errors(const std::string& text)
{
    const auto config = parse_config(text, "f.yaml");
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().kind == ErrorKind::Refuse);
    return config.error().message;
}

/// The errors of a file with one good rule, changed in one line of that rule.
std::string rule_errors(const std::string& match, const std::string& more)
{
    return errors("cluster: c\ndisks:\n- name: r\n  match: " + match + "\n  role: object\n" + more + "\n");
}

const std::string place = "  mount_point: /srv/{label}";

std::string example_file()
{
    std::ifstream file(FOOTING_SOURCE_DIR "/agent/system/footing.yaml");
    std::ostringstream read;
    read << file.rdbuf();
    return read.str();
}

}  // namespace

TEST_CASE("the design's example is read whole")
{
    Config expected;
    expected.cluster = "par-1";
    expected.inventory = InventoryAccess{"https://inventory.par-1.internal:8443", "/run/credentials/footing/token",
                                         "/etc/footing/inventory-ca.pem", Admission::Required};
    DiskRule sticks;
    sticks.name = "boot sticks";
    sticks.match.transport = {"usb"};
    sticks.exclude = true;
    DiskRule object;
    object.name = "object";
    object.match.transport = {"sas", "sata"};
    object.match.rotational = true;
    object.match.min_size = 1_TiB;
    object.role = "object";
    object.filesystem = {"xfs", {"noatime", "nodiratime", "logbufs=8"}};
    object.label = "{bay}";
    object.mount_point = "/srv/node/{label}";
    DiskRule test;
    test.name = "test disks";
    test.match.path = {"/dev/loop*"};
    test.identity = IdentityNeed::None;
    test.role = "object";
    test.mount_point = "/srv/node/{label}";
    expected.disks = {sticks, object, test};
    expected.services = {{"swift-object.target", Need{"object", 80, true}}};
    expected.limits.format_at_most = 4;
    expected.moved_disks = OnMoved::Ask;
    expected.deadlines = {30s, 10min, 15min};

    const auto config = parse_config(example, "footing.yaml");
    REQUIRE_MESSAGE(config.has_value(), config.error().message);
    CHECK(*config == expected);
}

TEST_CASE("a cluster is enough, and formats nothing")
{
    Config expected;
    expected.cluster = "par-1";
    CHECK(parse_config("cluster: par-1", "f.yaml") == expected);
    CHECK(expected.moved_disks == OnMoved::Hold);
}

TEST_CASE("optional keys are read")
{
    const auto config = parse_config("cluster: c\nmachine: 4C4C4544-0031-3010-8035-B4C04F564432\n"
                                     "inventory: {url: 'http://i:8080', admission: off}\nmoved_disks: mount\n"
                                     "proof: {window: 8 MiB, samples: 12, fill: 0xff}\n"
                                     "deadlines: {boot: 1 h}\n", "f.yaml");
    REQUIRE_MESSAGE(config.has_value(), config.error().message);
    CHECK(config->machine == "4c4c4544-0031-3010-8035-b4c04f564432");
    CHECK(config->inventory == InventoryAccess{"http://i:8080", "", "", Admission::Off});
    CHECK(config->moved_disks == OnMoved::Mount);
    CHECK(config->proof == Proof{8_MiB, 12, 0xff});
    CHECK(config->deadlines == Deadlines{30s, 10min, 1h});
}

TEST_CASE("admission is required as soon as an inventory is configured")
{
    CHECK(parse_config("cluster: c\ninventory: {url: http://i}", "f")->inventory->admission == Admission::Required);
}

TEST_CASE("a service without needs starts at once, and one may need a count of drives")
{
    const auto config = parse_config("cluster: c\ndisks:\n- {name: r, match: {transport: sas}, role: o, mount_point: '/s/{label}'}\n"
                                     "services: [{unit: a.service}, {unit: b.target, needs: {role: o, mounted: 3}}]", "f");
    REQUIRE_MESSAGE(config.has_value(), config.error().message);
    CHECK(config->services == std::vector<ServiceRule>{{"a.service", {}}, {"b.target", Need{"o", 3, false}}});
}

TEST_CASE("an empty file is an error")
{
    for (const char* text : {"", "\n", "# nothing\n", "---\n", "~\n"}) {
        CAPTURE(text);
        CHECK(errors(text) == "f.yaml:1:1: the file is empty: 'cluster' is missing");
    }
}

TEST_CASE("a file that is no mapping, no YAML or two documents is an error")
{
    CHECK(errors("- a\n") == "f.yaml:1:1: 'the file' must be a mapping, found a list");
    CHECK(errors("cluster: c\n---\ncluster: d\n") == "f.yaml:2:1: a second document begins here; one is expected");
    CHECK(errors("cluster: [c\n").starts_with("f.yaml:"));
    CHECK(errors("cluster: [c\n").contains("this is not YAML: "));
    CHECK(errors("cluster: c\n\tx: y\n").contains("this is not YAML: "));
    CHECK(errors(std::string(100'000, '[')).contains("this is not YAML: "));
}

TEST_CASE("a text that keeps a YAML parser busy for ever is an error")
{
    for (const char* text : {",", ", ", ",a", ",,,,,B, s@ater\x02", "]", "}", "cluster: c\n,"}) {
        CAPTURE(text);
        CHECK(errors(text).starts_with("f.yaml:"));
    }
}

TEST_CASE("all errors are listed in the order of the file")
{
    CHECK(errors("disks:\n- nmae: x\n  match: {transport: sas, rotational: maybe}\n  role: r\n  mount_point: /s/{label}\n"
                 "moved_disks: never\n") ==
          "f.yaml:1:1: 'cluster' is missing in the file\n"
          "f.yaml:2:3: 'name' is missing in a disk rule\n"
          "f.yaml:2:3: unknown key 'nmae' in a disk rule (did you mean 'name'?)\n"
          "f.yaml:3:39: 'rotational' must be true or false, found 'maybe'\n"
          "f.yaml:6:14: 'moved_disks' must be one of: hold, ask, mount, found 'never'");
}

TEST_CASE("an unknown key names what is meant, or what there is")
{
    CHECK(errors("cluster: c\ndisk: []") == "f.yaml:2:1: unknown key 'disk' in the file (did you mean 'disks'?)");
    CHECK(errors("cluster: c\nlimits: {per_hour: 4}") ==
          "f.yaml:2:10: unknown key 'per_hour' in limits; it takes: format_at_most");
}

TEST_CASE("a key given twice is an error")
{
    CHECK(errors("cluster: c\ncluster: d") == "f.yaml:2:1: key 'cluster' is given twice, first in line 1");
}

TEST_CASE("values of another type are errors")
{
    CHECK(errors("cluster: [c]") == "f.yaml:1:10: 'cluster' must be text, found a list");
    CHECK(errors("cluster: true") == "f.yaml:1:10: 'cluster' must be text, found 'true'");
    CHECK(errors("cluster:") == "f.yaml:1:1: 'cluster' must be text, found nothing");
    CHECK(errors("cluster: ''") == "f.yaml:1:10: 'cluster' is empty");
    CHECK(errors("cluster: \"a\\0b\"") == "f.yaml:1:10: 'cluster' holds a control character");
    CHECK(errors("cluster: c\ndisks: {a: b}") == "f.yaml:2:8: 'disks' must be a list, found a mapping");
    CHECK(errors("cluster: c\ndisks: [x]") == "f.yaml:2:9: 'a disk rule' must be a mapping, found 'x'");
    CHECK(errors("cluster: c\ndeadlines: {boot: 15}") ==
          "f.yaml:2:19: 'boot' must be a time such as '500 ms', '30 s', '10 min' or '1 h', found '15'");
    CHECK(rule_errors("{min_size: big}", place) ==
          "f.yaml:4:21: 'min_size' must be a size such as '500 GB' or '1 TiB', found 'big'");
    CHECK(rule_errors("{rotational: 'true'}", place) == "f.yaml:4:23: 'rotational' must be true or false, found 'true'");
    CHECK(errors("cluster: c\nlimits: {format_at_most: -1}") ==
          "f.yaml:2:26: 'format_at_most' must be a whole number from 0 to 100000, found '-1'");
}

TEST_CASE("a cluster's name fits into the ledger")
{
    CHECK(parse_config("cluster: " + std::string(63, 'c'), "f").has_value());
    CHECK(errors("cluster: " + std::string(64, 'c')) == "f.yaml:1:10: 'cluster' is 64 bytes long, at most 63 are possible");
}

TEST_CASE("a role and a label fit into the ledger, and a label can be a folder's name")
{
    const auto rule = [](const std::string& role, const std::string& label) {
        return "cluster: c\ndisks:\n- {name: r, match: {transport: sas}, role: " + role + ", label: '" + label + "', mount_point: '/s/{label}'}\n";
    };
    CHECK(parse_config(rule(std::string(31, 'r'), "{id8}"), "f").has_value());
    CHECK(errors(rule(std::string(32, 'r'), "{id8}")) == "f.yaml:3:44: 'role' is 32 bytes long, the ledger holds 31");
    CHECK(errors(rule("r", std::string(60, 'l') + "{id8}")).ends_with("'label' is 65 bytes long, the ledger holds 63"));
    CHECK(errors(rule("r", "ü{id8}")).ends_with("'label' becomes the name of a folder, 'ü{id8}' can't be one"));
}

TEST_CASE("a mount option that contradicts a drive in service is an error")
{
    for (const char* option : {"ro", "nouuid", "norecovery", "logdev=/dev/sdz", "rtdev=/dev/sdz", "remount", "bind"}) {
        CAPTURE(option);
        CHECK(errors("cluster: c\ndisks:\n- {name: r, match: {transport: sas}, role: r, mount_point: '/s/{label}', filesystem: {options: [noatime, '" + std::string(option) + "']}}\n")
                  .ends_with("mount option '" + std::string(option) + "' is not for a drive that footing mounts"));
    }
}

TEST_CASE("a machine is a UUID")
{
    CHECK(errors("cluster: c\nmachine: web-1") == "f.yaml:2:10: 'machine' must be a UUID, found 'web-1'");
}

TEST_CASE("a rule that formats says which drives, what for and where")
{
    CHECK(errors("cluster: c\ndisks: [{name: r}]") ==
          "f.yaml:2:9: 'match' is missing in a disk rule\n"
          "f.yaml:2:9: 'role' is missing in a disk rule\n"
          "f.yaml:2:9: 'mount_point' is missing in a disk rule");
    CHECK(rule_errors("{}", place) ==
          "f.yaml:4:10: 'match' is empty and would take every drive; say which, by transport, size, path …");
    CHECK(rule_errors("{transport: []}", place) == "f.yaml:4:22: 'transport' is an empty list");
}

TEST_CASE("an excluded drive takes nothing that would touch it")
{
    CHECK(parse_config("cluster: c\ndisks: [{name: rest, exclude: true}]", "f").has_value());
    CHECK(errors("cluster: c\ndisks: [{name: r, match: {transport: usb}, exclude: true, role: object}]") ==
          "f.yaml:2:59: 'role' contradicts 'exclude: true': an excluded drive is not touched");
}

TEST_CASE("two rules of one name are an error that names both")
{
    CHECK(errors("cluster: c\ndisks:\n- {name: r, exclude: true}\n- {name: r, exclude: true}") ==
          "f.yaml:4:3: two rules are called 'r', the first in line 3");
}

TEST_CASE("a transport is one the field knows, and virtual devices are named by path")
{
    CHECK(rule_errors("{transport: stata}", place) == "f.yaml:4:22: unknown transport 'stata' (did you mean 'sata'?)");
    CHECK(rule_errors("{transport: [paper]}", place).starts_with("f.yaml:4:22: unknown transport 'paper'; known: fc, iscsi, "));
    for (const std::string name : {"loop", "ram", "zram", "nbd"})
        CHECK(rule_errors("{transport: " + name + "}", place) ==
              "f.yaml:4:22: '" + name + "' devices are named by their path only: match: {path: /dev/" + name + "*}");
    CHECK(rule_errors("{path: loop*}", place) == "f.yaml:4:11: 'path' is matched against /dev/NAME, 'loop*' never will");
}

TEST_CASE("sizes must not contradict each other")
{
    CHECK(rule_errors("{min_size: 2 TiB, max_size: 1 TiB}", place) ==
          "f.yaml:4:11: min_size (2.0 TiB) is more than max_size (1.0 TiB)");
}

TEST_CASE("only xfs is made")
{
    CHECK(rule_errors("{transport: sas}", place + "\n  filesystem: {type: ext4}") ==
          "f.yaml:7:22: filesystem type 'ext4': only xfs is supported");
    CHECK(rule_errors("{transport: sas}", place + "\n  filesystem: {options: 'noatime,ro'}") ==
          "f.yaml:7:16: 'options' is a list with one mount option each, found 'noatime,ro'");
}

TEST_CASE("a value that isn't there is reported where its key stands")
{
    CHECK(errors("cluster: c\nlimits:\n") == "f.yaml:2:1: 'limits' must be a mapping, found nothing");
    CHECK(errors("cluster: c\ndisks:\n-\n").starts_with("f.yaml:"));
}

TEST_CASE("an owner is a user, with or without a group")
{
    const auto owner = [](const std::string& text) {
        return "cluster: c\ndisks:\n- name: r\n  match: {transport: sas}\n  role: o\n  mount_point: /s/{label}\n  owner: " + text;
    };
    CHECK(parse_config(owner("swift"), "f")->disks[0].owner == "swift");
    CHECK(parse_config(owner("swift:swift"), "f")->disks[0].owner == "swift:swift");
    for (const std::string bad : {"'swift:'", "':swift'", "0", "a:b:c", "'a b'", "-x"}) {
        CAPTURE(bad);
        CHECK(errors(owner(bad)).starts_with("f.yaml:7:10: 'owner' must be 'user' or 'user:group', found '"));
    }
}

TEST_CASE("a label differs from drive to drive and can be a folder")
{
    const auto label = [](const std::string& text) { return rule_errors("{transport: sas}", place + "\n  label: " + text); };
    CHECK(label("disk") == "f.yaml:7:10: 'label' is 'disk' for every drive; it needs {bay}, {index} or {id8}");
    CHECK(label("'{slot}'") == "f.yaml:7:10: 'label' knows {bay}, {index} and {id8}, found 'slot'");
    CHECK(label("'{bay'") == "f.yaml:7:10: 'label' knows {bay}, {index} and {id8}, found '{'");
    CHECK(label("'../{bay}'") == "f.yaml:7:10: 'label' becomes the name of a folder, '../{bay}' can't be one");
}

TEST_CASE("a mount point is one plain absolute path per drive")
{
    const auto mount = [](const std::string& text) { return rule_errors("{transport: sas}", "  mount_point: " + text); };
    CHECK(mount("srv/{label}") == "f.yaml:6:16: 'mount_point' must be an absolute path, found 'srv/{label}'");
    CHECK(mount("/srv/node") == "f.yaml:6:16: 'mount_point' needs {label}: '/srv/node' is one place for all drives");
    CHECK(mount("/{label}") == "f.yaml:6:16: 'mount_point' needs a folder of its own before {label}, found '/{label}': a label could be any folder of the system");
    CHECK(mount("/srv/../{label}") == "f.yaml:6:16: 'mount_point' must be a plain path, '/srv/../{label}' has '..' in it");
    CHECK(mount("/srv//{label}") == "f.yaml:6:16: 'mount_point' must be a plain path, '/srv//{label}' has '//' in it");
    CHECK(mount("/srv/{label}/") == "f.yaml:6:16: 'mount_point' must be a plain path, '/srv/{label}/' has '//' in it");
    CHECK(mount("'/srv/my node/{label}'") == "f.yaml:6:16: 'mount_point' may have letters, digits and ._-+ in its names, found '/srv/my node/{label}'");
    CHECK(mount("'/srv/*/{label}'") == "f.yaml:6:16: 'mount_point' may have letters, digits and ._-+ in its names, found '/srv/*/{label}'");
    CHECK(mount("/srv/{bay}/{label}") == "f.yaml:6:16: 'mount_point' knows {label}, found 'bay'");
}

TEST_CASE("a service needs drives that a rule provides, in a number that can be")
{
    const auto needs = [](const std::string& text) {
        return errors("cluster: c\ndisks: [{name: r, match: {transport: sas}, role: o, mount_point: '/s/{label}'}]\n"
                      "services: [{unit: a.service, needs: " + text + "}]");
    };
    CHECK(needs("{role: x, mounted: 1}") == "f.yaml:3:44: no rule under 'disks' has the role 'x'");
    CHECK(needs("{role: o, mounted: 101 %}") == "f.yaml:3:56: 'mounted' is 101 %, at most 100 % of the drives can be");
    CHECK(needs("{role: o, mounted: 0}") == "f.yaml:3:56: 'mounted' is 0: leave 'needs' out to start the service at once");
    CHECK(needs("{role: o, mounted: many}") ==
          "f.yaml:3:56: 'mounted' must be a count of drives or a share such as '80 %'");
    CHECK(needs("{role: o}") == "f.yaml:3:37: 'mounted' is missing in needs");
    CHECK(errors("cluster: c\nservices: [{unit: swift}]") ==
          "f.yaml:2:19: 'unit' must be the whole name of a systemd unit, such as 'x.service', found 'swift'");
    CHECK(errors("cluster: c\nservices:\n- {unit: a.service}\n- {unit: a.service}") ==
          "f.yaml:4:10: unit 'a.service' is listed twice, first in line 3");
}

TEST_CASE("an inventory is reached by HTTP")
{
    CHECK(errors("cluster: c\ninventory: {url: 'ftp://i'}") ==
          "f.yaml:2:18: 'url' must begin with http:// or https:// and a host, found 'ftp://i'");
    CHECK(errors("cluster: c\ninventory: {url: 'https://'}") ==
          "f.yaml:2:18: 'url' must begin with http:// or https:// and a host, found 'https://'");
    CHECK(errors("cluster: c\ninventory: {url: http://i, token_file: token}") ==
          "f.yaml:2:40: 'token_file' must be an absolute path, found 'token'");
    CHECK(errors("cluster: c\ninventory: {url: http://i, admission: maybe}") ==
          "f.yaml:2:39: 'admission' must be one of: required, off, found 'maybe'");
}

TEST_CASE("where releases are recorded, and how much is kept")
{
    const auto config = parse_config("cluster: c\nrelease: {folder: /srv/releases, pre_image_at_most: 1 MiB, permit_keys: [" + std::string(64, 'a') + "]}", "f.yaml");
    REQUIRE(config);
    CHECK(config->release == ReleaseRecords{"/srv/releases", 1_MiB, 64_KiB, {std::string(64, 'a')}});
    CHECK(parse_config("cluster: c\nrelease: {pre_image_in_report: 0}", "f.yaml")->release.pre_image_in_report == 0_B);
    CHECK(errors("cluster: c\nrelease: {pre_image_in_report: 65 KiB}") == "f.yaml:2:32: 'pre_image_in_report' is 64 KiB at most");
    CHECK(errors("cluster: c\nrelease: {folder: releases}") == "f.yaml:2:19: 'folder' must be an absolute path, found 'releases'");
    CHECK(errors("cluster: c\nrelease: {permit_keys: [abc]}") == "f.yaml:2:25: a public key is 64 hex digits, as 'footing-inventory key show' prints them, found 'abc'");
}

TEST_CASE("the proof reads at least 8 MiB at either end")
{
    CHECK(errors("cluster: c\nproof: {window: 4 MiB}") == "f.yaml:2:17: 'window' must be from 8.0 MiB to 1.0 GiB, found 4.0 MiB");
    CHECK(errors("cluster: c\nproof: {window: 9000001}") ==
          "f.yaml:2:17: 'window' must be a multiple of 4 KiB, found 9000001 B");
    CHECK(errors("cluster: c\nproof: {fill: 256}") == "f.yaml:2:15: 'fill' must be a whole number from 0 to 255, found '256'");
}

TEST_CASE("the example that is installed is a good configuration")
{
    const std::string text = example_file();
    REQUIRE_FALSE(text.empty());
    const auto config = parse_config(text, "footing.yaml");
    CHECK_MESSAGE(config, config.error().message);
}

TEST_CASE("so it is with each key in it that is commented out")
{
    const auto with = with_each_commented_key(example_file());
    CHECK(with.size() == 2);  // inventory, release
    for (const auto& [key, text] : with) {
        const auto config = parse_config(text, "footing.yaml");
        CHECK_MESSAGE(config, key, ": ", config.error().message);
    }
}
