#include "agent/config/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace footing::config {
namespace {

constexpr std::uint64_t most_drives = 100'000;
constexpr Bytes least_window = 8_MiB;
constexpr Bytes most_window = 1_GiB;

/// "4" or "80 %"; nothing for anything else.
std::optional<Need> parse_amount(std::string_view text)
{
    Need need;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, need.amount);
    std::string_view unit(rest, static_cast<std::size_t>(end - rest));
    while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
    need.percent = unit == "%";
    if (error != std::errc{} || !(unit.empty() || need.percent)) return std::nullopt;
    return need;
}

void read_mounted(const Value& value, Need& need, Problems& problems)
{
    const auto amount = value.node.IsScalar() ? parse_amount(value.node.Scalar()) : std::nullopt;
    if (!amount)
        problems.add(value.at, "'mounted' must be a count of drives or a share such as '80 %'");
    else if (amount->amount == 0)
        problems.add(value.at, "'mounted' is 0: leave 'needs' out to start the service at once");
    else if (amount->percent && amount->amount > 100)
        problems.add(value.at, fmt::format("'mounted' is {} %, at most 100 % of the drives can be", amount->amount));
    else if (amount->amount > most_drives)
        problems.add(value.at, fmt::format("'mounted' is {} drives; no machine has so many", amount->amount));
    else
        need = {need.role, amount->amount, amount->percent};
}

Need read_need(const Value& value, const std::vector<DiskRule>& rules, Problems& problems)
{
    Mapping map(value, problems);
    Need need;
    if (const auto v = map.need("role")) {
        need.role = text_of(*v, problems).value_or("");
        if (!need.role.empty() && !std::ranges::contains(rules, need.role, &DiskRule::role))
            problems.add(v->at, fmt::format("no rule under 'disks' has the role '{}'", need.role));
    }
    if (const auto v = map.need("mounted")) read_mounted(*v, need, problems);
    map.finish();
    return need;
}

void check_absolute(const std::string& path, const Value& value, Problems& problems)
{
    if (!path.empty() && !path.starts_with('/'))
        problems.add(value.at, fmt::format("'{}' must be an absolute path, found '{}'", value.name, path));
}

bool is_http_url(std::string_view url)
{
    for (const std::string_view scheme : {"http://", "https://"})
        if (url.starts_with(scheme))
            return url.size() > scheme.size() && url[scheme.size()] != '/' && url.find(' ') == std::string_view::npos;
    return false;
}

}  // namespace

std::vector<ServiceRule> read_services(const Value& value, const std::vector<DiskRule>& rules, Problems& problems)
{
    std::vector<ServiceRule> services;
    std::map<std::string, int> lines;
    for (const auto& item : items_of(value, "a service", problems)) {
        Mapping map(item, problems);
        ServiceRule service;
        if (const auto v = map.need("unit")) {
            service.unit = text_of(*v, problems).value_or("");
            if (service.unit.find_first_of("/ ") != std::string::npos || service.unit.find('.') == std::string::npos ||
                service.unit.starts_with('-'))
                problems.add(v->at, fmt::format("'unit' must be the whole name of a systemd unit, such as "
                                                         "'x.service', found '{}'", service.unit));
            const auto [first, fresh] = lines.try_emplace(service.unit, v->at.line + 1);
            if (!fresh)
                problems.add(v->at, fmt::format("unit '{}' is listed twice, first in line {}", service.unit,
                                                         first->second));
        }
        if (const auto v = map.find("needs")) service.needs = read_need(*v, rules, problems);
        map.finish();
        services.push_back(std::move(service));
    }
    return services;
}

InventoryAccess read_inventory(const Value& value, Problems& problems)
{
    Mapping map(value, problems);
    InventoryAccess access;
    if (const auto v = map.need("url")) {
        access.url = text_of(*v, problems).value_or("");
        if (!access.url.empty() && !is_http_url(access.url))
            problems.add(v->at, fmt::format("'url' must begin with http:// or https:// and a host, found '{}'",
                                                     access.url));
    }
    if (const auto v = map.find("token_file")) {
        access.token_file = text_of(*v, problems).value_or("");
        check_absolute(access.token_file, *v, problems);
    }
    if (const auto v = map.find("ca_file")) {
        access.ca_file = text_of(*v, problems).value_or("");
        check_absolute(access.ca_file, *v, problems);
    }
    if (const auto v = map.find("admission")) {
        static constexpr std::array<std::string_view, 2> words{"required", "off"};
        access.admission = word_of(*v, words, problems) == 1 ? Admission::Off : Admission::Required;
    }
    map.finish();
    return access;
}

Limits read_limits(const Value& value, Problems& problems)
{
    Mapping map(value, problems);
    Limits limits;
    if (const auto v = map.find("format_at_most"))
        if (const auto number = number_of(*v, 0, most_drives, problems)) limits.format_at_most = static_cast<unsigned>(*number);
    map.finish();
    return limits;
}

Deadlines read_deadlines(const Value& value, Problems& problems)
{
    Mapping map(value, problems);
    Deadlines deadlines;
    const auto read = [&](std::string_view key, std::chrono::milliseconds& into) {
        if (const auto v = map.find(key)) into = duration_of(*v, problems).value_or(into);
    };
    read("observe", deadlines.observe);
    read("enroll", deadlines.enroll);
    read("boot", deadlines.boot);
    map.finish();
    return deadlines;
}

Proof read_proof(const Value& value, Problems& problems)
{
    Mapping map(value, problems);
    Proof proof;
    if (const auto v = map.find("window")) {
        proof.window = size_of(*v, problems).value_or(proof.window);
        if (proof.window < least_window || proof.window > most_window)
            problems.add(v->at, fmt::format("'window' must be from {} to {}, found {}", to_string(least_window),
                                                     to_string(most_window), to_string(proof.window)));
        else if (proof.window.count % 4096 != 0)
            problems.add(v->at, fmt::format("'window' must be a multiple of 4 KiB, found {} B", proof.window.count));
    }
    if (const auto v = map.find("samples"))
        proof.samples = static_cast<unsigned>(number_of(*v, 1, 1'000'000, problems).value_or(proof.samples));
    if (const auto v = map.find("fill"))
        proof.fill = static_cast<std::uint8_t>(number_of(*v, 0, 255, problems).value_or(proof.fill));
    map.finish();
    return proof;
}

ReleaseRecords read_release(const Value& value, Problems& problems)
{
    Mapping map(value, problems);
    ReleaseRecords release;
    if (const auto v = map.find("folder")) {
        release.folder = text_of(*v, problems).value_or("");
        check_absolute(release.folder, *v, problems);
    }
    if (const auto v = map.find("pre_image_at_most")) release.pre_image_at_most = size_of(*v, problems).value_or(release.pre_image_at_most);
    if (const auto v = map.find("pre_image_in_report")) {
        release.pre_image_in_report = size_of(*v, problems).value_or(release.pre_image_in_report);
        if (release.pre_image_in_report > ReleaseRecords{}.pre_image_in_report) problems.add(v->at, "'pre_image_in_report' is 64 KiB at most");
    }
    if (const auto v = map.find("permit_keys"))
        for (const auto& item : items_of(*v, "a public key", problems)) {
            const auto key = text_of(item, problems);
            const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
            if (key && (key->size() != 64 || !std::ranges::all_of(*key, is_digit)))
                problems.add(item.at, fmt::format("a public key is 64 hex digits, as 'footing-inventory key show' prints them, found '{}'", *key));
            else if (key) release.permit_keys.push_back(*key);
        }
    map.finish();
    return release;
}

}  // namespace footing::config
