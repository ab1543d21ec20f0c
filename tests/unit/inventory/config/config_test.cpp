#include "inventory/config/config.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "tests/unit/commented_keys.hpp"

using namespace footing::inventory;

namespace {

std::string refused(const std::string& text)
{
    const auto config = parse_config(text, "f.yaml");
    REQUIRE_MESSAGE(!config, text);
    return config.error().message;
}

std::string example_file()
{
    std::ifstream file(FOOTING_SOURCE_DIR "/inventory/footing-inventory.yaml");
    std::ostringstream read;
    read << file.rdbuf();
    return read.str();
}

}  // namespace

TEST_CASE("every key is read")
{
    const auto config = parse_config(R"(
cluster: par-1
listen: "[::1]:9000"
listen_reports: :9001
database: /tmp/i.db
tls: {certificate: /c, key: /k}
open_read: true
permit_key: /etc/permit.key
wire_map: /w.csv
asset_tag_pattern: '(?<room>[A-Z])-.*'
host_name_pattern: {pattern: '(\w+)-.*', groups: [site]}
brake: {formats_per_hour_per_room: 12}
bmc: {url: 'https://{address}:8443', user: u, password_file: /p, ca: /ca.pem, networks: [10.8.0.0/16, 10.9.0.1]}
webhooks: {hosts: [hooks.internal, 10.0.0.7], ca: /h.pem}
subnets: [{network: 10.12.0.0/16, room: A1}]
live_for: 2 h
placeholders: [ACME]
)", "f.yaml");
    REQUIRE(config);
    CHECK(config->rules.cluster == "par-1");
    CHECK(config->bmc->url == "https://{address}:8443");
    CHECK(config->bmc->password_file == "/p");
    CHECK(config->bmc->networks.size() == 2);
    CHECK(config->webhooks.hosts == std::vector<std::string>{"hooks.internal", "10.0.0.7"});
    CHECK(config->webhooks.ca_file == "/h.pem");
    REQUIRE(config->rules.location.subnets.size() == 1);
    CHECK(config->rules.location.subnets[0].place == LevelValues{{"room", "A1"}});
    CHECK(config->listen == Endpoint{"::1", 9000});
    CHECK(config->listen_reports == Endpoint{"0.0.0.0", 9001});
    CHECK(config->database == "/tmp/i.db");
    CHECK(config->tls->key == "/k");
    CHECK(config->open_read);
    CHECK(config->permit_key == "/etc/permit.key");
    CHECK(config->wire_map == "/w.csv");
    CHECK(config->rules.location.asset_tag->read("A-1").at("room") == "A");
    CHECK(config->rules.location.host_name->read("par-1").at("site") == "par");
    CHECK(config->rules.formats_per_hour_per_room == 12);
    CHECK(config->rules.live_for == std::chrono::hours(2));
    CHECK(config->rules.placeholders.contains("acme"));
}

TEST_CASE("nothing given, the defaults: this machine only, tokens needed, no brake")
{
    const auto config = parse_config("", "f.yaml");
    REQUIRE(config);
    CHECK(config->listen == Endpoint{"127.0.0.1", 8080});
    CHECK(!config->listen_reports);
    CHECK(!config->open_read);
    CHECK(config->webhooks.hosts.empty());
    CHECK(config->rules.formats_per_hour_per_room == 0);
}

TEST_CASE("a file with nothing in it is read, and says nothing")
{
    CHECK(read_config("/dev/null"));
    CHECK(refused("chassis_maps: /dev/null") == "f.yaml:1:15: /dev/null: expected a list of chassis with their bays");
}

TEST_CASE("a mistake is named with file, line and column")
{
    CHECK(refused("listen: 127.0.0.1:1\nlisten_report: :2\n").starts_with("f.yaml:2:1: unknown key 'listen_report'"));
    CHECK(refused("brake: {formats: 1}").starts_with("f.yaml:1:9: unknown key 'formats' in brake"));
    CHECK(refused("brake: {formats_per_hour_per_room: -1}") == "f.yaml:1:36: '-1' is no whole number from 0");
    CHECK(refused("open_read: yes") == "f.yaml:1:12: 'yes' is neither true nor false");
    CHECK(refused("listen: 80").starts_with("f.yaml:1:9: '80' is no address and port"));
    CHECK(refused("listen: a:99999").starts_with("f.yaml:1:9:"));
    CHECK(refused("live_for: 3 weeks").starts_with("f.yaml:1:11: '3 weeks' is no duration"));
    CHECK(refused("tls: {key: /k}").starts_with("f.yaml:1:6: tls needs"));
    CHECK(refused("database: [a]") == "f.yaml:1:11: expected a text");
    CHECK(refused("placeholders: a").starts_with("f.yaml:1:15: expected a list"));
    CHECK(refused("shared_ports: {switch: a, port: b}").starts_with("f.yaml:1:15: expected a list"));
    CHECK(refused("subnets: [{network: 10.12.0.0, room: A}]").starts_with("f.yaml:1:21: '10.12.0.0' is no network"));
    CHECK(refused("subnets: [{network: 10.12.0.0/16}]").starts_with("f.yaml:1:11: a subnet needs"));
    CHECK(refused("subnets: [{network: 10.12.0.0/16, room: A}, {network: 10.12.7.0/16, room: B}]").starts_with("f.yaml:1:45: 10.12.0.0/16 and 10.12.7.0/16 are one network"));
    CHECK(refused("subnets: [{network: 10.12.0.0/16, floor: 2}]").starts_with("f.yaml:1:35: unknown key 'floor'"));
    CHECK(refused("asset_tag_pattern: '(?<floor>x)'").starts_with("f.yaml:1:20: group 'floor'"));
    CHECK(refused("database: a\ndatabase: b\n").starts_with("f.yaml:2:1: key 'database' stands twice"));
    CHECK(refused("a: [").starts_with("f.yaml:1:"));
    CHECK(refused("- a").starts_with("f.yaml:1:1: the configuration must be a map"));
    CHECK(read_config("/nonexistent/f.yaml").error().message == "can't open /nonexistent/f.yaml: No such file or directory");
    CHECK(read_config("/").error().message == "can't read /: Is a directory");
    CHECK(refused("chassis_maps: /") == "f.yaml:1:15: can't read /: Is a directory");
}

TEST_CASE("the example that is installed is a good configuration")
{
    const std::string text = example_file();
    REQUIRE_FALSE(text.empty());
    const auto config = parse_config(text, "footing-inventory.yaml");
    CHECK_MESSAGE(config, config.error().message);
}

TEST_CASE("so it is with each key in it that is commented out")
{
    const auto with = with_each_commented_key(example_file());
    CHECK(with.size() == 10);
    for (const auto& [key, text] : with) {
        const auto config = parse_config(text, "f.yaml");
        if (key == "chassis_maps") CHECK(config.error().message.ends_with("can't open /etc/footing-inventory/chassis.yaml: No such file or directory"));
        else CHECK_MESSAGE(config, key, ": ", config.error().message);
    }
}
