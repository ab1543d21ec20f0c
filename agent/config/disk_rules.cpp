#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <ranges>

#include "agent/config/sections.hpp"
#include "agent/config/spelling.hpp"
#include "agent/model/ledger.hpp"

namespace footing::config {
namespace {

constexpr std::array<std::string_view, 4> virtual_devices{"loop", "nbd", "ram", "zram"};
/// What detect/ can say of a drive (describe.cpp, nvme_transport.cpp), but what is never for storage.
const std::vector<std::string> transports{"fc", "iscsi", "mmc", "nvme", "nvme-fc", "nvme-loop", "nvme-rdma", "nvme-tcp", "pmem", "sas", "sata", "scsi", "usb", "virtio"};
const std::vector<std::string> label_fields{"bay", "id8", "index"};

std::vector<std::string> read_transports(const Value& value, Problems& problems)
{
    auto words = texts_of(value, problems);
    for (const auto& word : words) {
        if (std::ranges::contains(virtual_devices, word)) {
            problems.add(value.at, fmt::format("'{0}' devices are named by their path only: "
                                                        "match: {{path: /dev/{0}*}}", word));
        } else if (!std::ranges::contains(transports, word)) {
            const auto near = nearest(word, transports);
            problems.add(value.at,
                         near ? fmt::format("unknown transport '{}' (did you mean '{}'?)", word, *near)
                              : fmt::format("unknown transport '{}'; known: {}", word, fmt::join(transports, ", ")));
        }
    }
    return words;
}

Match read_match(const Value& value, Problems& problems)
{
    Mapping map(value, problems);
    Match match;
    const auto texts = [&](std::string_view key) {
        const auto v = map.find(key);
        return v ? texts_of(*v, problems) : std::vector<std::string>{};
    };
    if (const auto v = map.find("transport")) match.transport = read_transports(*v, problems);
    if (const auto v = map.find("rotational")) match.rotational = flag_of(*v, problems);
    if (const auto v = map.find("removable")) match.removable = flag_of(*v, problems);
    if (const auto v = map.find("min_size")) match.min_size = size_of(*v, problems);
    if (const auto v = map.find("max_size")) match.max_size = size_of(*v, problems);
    match.path = texts("path");
    match.vendor = texts("vendor");
    match.model = texts("model");
    match.serial = texts("serial");
    match.wwn = texts("wwn");
    map.finish();

    for (const auto& path : match.path)
        if (!path.starts_with("/dev/"))
            problems.add(map.mark("path"), fmt::format("'path' is matched against /dev/NAME, '{}' never will", path));
    if (match.min_size && match.max_size && *match.min_size > *match.max_size)
        problems.add(map.mark("min_size"), fmt::format("min_size ({}) is more than max_size ({})",
                                                       to_string(*match.min_size), to_string(*match.max_size)));
    if (map.usable() && value.node.size() == 0)
        problems.add(value.at, "'match' is empty and would take every drive; say which, by transport, size, path …");
    return match;
}

/// What contradicts a drive in service: a clone's UUID taken for another's, a log elsewhere, a filesystem nobody can write.
bool is_refused_option(std::string_view option)
{
    static constexpr std::array<std::string_view, 7> refused{"ro", "norecovery", "nouuid", "logdev", "rtdev", "remount", "bind"};
    return std::ranges::contains(refused, option.substr(0, option.find('=')));
}

Filesystem read_filesystem(const Value& value, Problems& problems)
{
    Mapping map(value, problems);
    Filesystem filesystem;
    if (const auto v = map.find("type")) {
        filesystem.type = text_of(*v, problems).value_or(filesystem.type);
        if (filesystem.type != "xfs")
            problems.add(v->at, fmt::format("filesystem type '{}': only xfs is supported", filesystem.type));
    }
    if (const auto v = map.find("options")) filesystem.options = texts_of(*v, problems);
    for (const auto& option : filesystem.options)
        if (option.find_first_of(", \"\\") != std::string::npos)
            problems.add(map.mark("options"), fmt::format("'options' is a list with one mount option each, found '{}'", option));
    for (const auto& option : filesystem.options)
        if (is_refused_option(option)) problems.add(map.mark("options"), fmt::format("mount option '{}' is not for a drive that footing mounts", option));
    map.finish();
    return filesystem;
}

/// The names in {braces}; a brace without its fellow counts as a name nobody knows.
std::vector<std::string> fields_of(std::string_view pattern)
{
    std::vector<std::string> fields;
    for (std::size_t at = 0; (at = pattern.find_first_of("{}", at)) != std::string_view::npos;) {
        const auto end = pattern.find('}', at);
        const bool whole = pattern[at] == '{' && end != std::string_view::npos;
        fields.emplace_back(whole ? pattern.substr(at + 1, end - at - 1) : pattern.substr(at, 1));
        at = (whole ? end : at) + 1;
    }
    return fields;
}

/// A field of the ledger holds it; cutting it would make two drives look alike.
void check_length(const char* key, const std::string& text, std::size_t longest, const YAML::Mark& at, Problems& problems)
{
    if (text.size() > longest) problems.add(at, fmt::format("'{}' is {} bytes long, the ledger holds {}", key, text.size(), longest));
}

void check_label(const DiskRule& rule, const YAML::Mark& at, Problems& problems)
{
    const auto fields = fields_of(rule.label);
    if (fields.empty())
        problems.add(at, fmt::format("'label' is '{}' for every drive; it needs {{bay}}, {{index}} or {{id8}}", rule.label));
    for (const auto& field : fields)
        if (!std::ranges::contains(label_fields, field))
            problems.add(at, fmt::format("'label' knows {{bay}}, {{index}} and {{id8}}, found '{}'", field));
    std::string plain = rule.label;
    std::erase_if(plain, [](char c) { return c == '{' || c == '}'; });
    if (!plain.empty() && !is_safe_label(plain.substr(0, longest_label)))
        problems.add(at, fmt::format("'label' becomes the name of a folder, '{}' can't be one", rule.label));
}

void check_mount_point(const std::string& path, const YAML::Mark& at, Problems& problems)
{
    if (!path.starts_with('/'))
        problems.add(at, fmt::format("'mount_point' must be an absolute path, found '{}'", path));
    const auto fields = fields_of(path);
    if (fields.empty()) problems.add(at, fmt::format("'mount_point' needs {{label}}: '{}' is one place for all drives", path));
    if (const auto end = path.find('/', 1); path.starts_with('/') && path.substr(0, end).contains('{'))
        problems.add(at, fmt::format("'mount_point' needs a folder of its own before {{label}}, found '{}': a label could be any folder of the system", path));
    for (const auto& field : fields)
        if (field != "label") problems.add(at, fmt::format("'mount_point' knows {{label}}, found '{}'", field));
    // mountinfo spells others as octal numbers, and fnmatch(3) reads some as patterns.
    const auto is_plain = [](char c) { return c == '{' || c == '}' || c == '/' || is_safe_label(std::string("x") + c); };
    if (!std::ranges::all_of(path, is_plain))
        problems.add(at, fmt::format("'mount_point' may have letters, digits and ._-+ in its names, found '{}'", path));
    for (const auto part : std::views::split(std::string_view(path).substr(path.starts_with('/') ? 1 : 0), '/')) {
        const std::string_view name(part.begin(), part.end());
        if (name.empty() || name == "." || name == "..")
            problems.add(at, fmt::format("'mount_point' must be a plain path, '{}' has '{}' in it", path,
                                         name.empty() ? "//" : name));
    }
}

/// "user" or "user:group", names as useradd(8) takes them.
void check_owner(std::string_view owner, const YAML::Mark& at, Problems& problems)
{
    const auto is_name = [](std::string_view name) {
        constexpr std::string_view more = "_-.0123456789";
        const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
        return !name.empty() && (small(name[0]) || name[0] == '_') &&
               std::ranges::all_of(name, [&](char c) { return small(c) || more.contains(c); });
    };
    const auto colon = owner.find(':');
    if (!is_name(owner.substr(0, colon)) || (colon != std::string_view::npos && !is_name(owner.substr(colon + 1))))
        problems.add(at, fmt::format("'owner' must be 'user' or 'user:group', found '{}'", owner));
}

DiskRule read_rule(const Value& value, Problems& problems)
{
    Mapping map(value, problems);
    DiskRule rule;
    const auto text = [&](const std::optional<Value>& v) { return v ? text_of(*v, problems).value_or("") : ""; };
    rule.name = text(map.need("name"));
    if (const auto v = map.find("exclude")) rule.exclude = flag_of(*v, problems).value_or(false);
    if (const auto v = rule.exclude ? map.find("match") : map.need("match")) rule.match = read_match(*v, problems);
    if (const auto v = map.find("identity")) {
        static constexpr std::array<std::string_view, 2> words{"required", "none"};
        rule.identity = word_of(*v, words, problems) == 1 ? IdentityNeed::None : IdentityNeed::Required;
    }
    if (const auto v = rule.exclude ? map.find("role") : map.need("role")) {
        rule.role = text(v);
        check_length("role", rule.role, longest_role, v->at, problems);
    }
    if (const auto v = map.find("allow_failing")) rule.allow_failing = flag_of(*v, problems).value_or(false);
    if (const auto v = map.find("filesystem")) rule.filesystem = read_filesystem(*v, problems);
    if (const auto v = map.find("owner")) {
        rule.owner = text(v);
        if (!rule.owner.empty()) check_owner(rule.owner, v->at, problems);
    }
    if (const auto v = map.find("label")) {
        rule.label = text_of(*v, problems).value_or(rule.label);
        check_label(rule, v->at, problems);
        check_length("label", rule.label, longest_label, v->at, problems);
    }
    if (const auto v = rule.exclude ? map.find("mount_point") : map.need("mount_point")) {
        rule.mount_point = text(v);
        if (!rule.mount_point.empty()) check_mount_point(rule.mount_point, v->at, problems);
    }
    if (rule.exclude)
        for (const char* key : {"identity", "allow_failing", "role", "filesystem", "owner", "label", "mount_point"})
            if (map.find(key))
                problems.add(map.mark(key), fmt::format("'{}' contradicts 'exclude: true': an excluded drive is not touched", key));
    map.finish();
    return rule;
}

}  // namespace

std::vector<DiskRule> read_disk_rules(const Value& value, Problems& problems)
{
    std::vector<DiskRule> rules;
    std::map<std::string, int> lines;
    for (const auto& item : items_of(value, "a disk rule", problems)) {
        rules.push_back(read_rule(item, problems));
        const auto [first, fresh] = lines.try_emplace(rules.back().name, item.at.line + 1);
        if (!fresh && !rules.back().name.empty())
            problems.add(item.at, fmt::format("two rules are called '{}', the first in line {}",
                                                       rules.back().name, first->second));
    }
    return rules;
}

}  // namespace footing::config
