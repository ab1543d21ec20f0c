#include "inventory/permits/permit.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "agent/model/uuid.hpp"
#include "inventory/history/instant.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::permits {

using wire::Of;

// The keys stand once, for both directions (wire/fields.hpp).
template <typename V>
void fields(V& v, Of<Permit> auto& p)
{
    v.required("schema", p.schema);
    v.required("id", p.id);
    v.required("cluster", p.cluster);
    v.required("machine", p.machine);
    v.required("drive", p.drive);
    v.required("size", p.size);
    v.required("evidence", p.evidence);
    v.required("issued_at", p.issued_at);
    v.required("expires_at", p.expires_at);
    v.required("nonce", p.nonce);
    v.required("key_id", p.key_id);
    v.required("signature", p.signature);
}

template <typename V>
void fields(V& v, Of<Spending> auto& s)
{
    v.required("nonce", s.nonce);
    v.required("machine", s.machine);
    v.required("boot_id", s.boot_id);
    v.required("evidence", s.evidence);
}

template <typename V>
void fields(V& v, Of<Spent> auto& s)
{
    v.required("id", s.id);
    v.required("nonce", s.nonce);
    v.required("machine", s.machine);
    v.required("boot_id", s.boot_id);
    v.required("spent_at", s.spent_at);
}

namespace {

constexpr std::size_t longest_text = 256;  // of what a drive or a person says
constexpr std::size_t most_bytes = 16384;

bool is_uuid(const std::string& text)
{
    const auto uuid = parse_uuid(text);
    return uuid && to_string(*uuid) == text;
}

Result<void> check(const Permit& permit)
{
    const auto wrong = [](const std::string& what) -> Result<void> { return fail(ErrorKind::Refuse, what); };
    if (permit.schema != permit_schema) return wrong(fmt::format("/schema is '{}', expected '{}'", permit.schema, permit_schema));
    if (!is_uuid(permit.id)) return wrong("/id is no UUID");
    if (!permit.machine.empty() && !is_uuid(permit.machine)) return wrong("/machine is no UUID");
    if (permit.cluster.empty()) return wrong("/cluster is empty");
    if (permit.drive.serial.empty()) return wrong("/drive/serial is empty");
    for (const auto* text : {&permit.cluster, &permit.drive.vendor, &permit.drive.model, &permit.drive.serial, &permit.drive.wwn})
        if (text->size() > longest_text) return wrong(fmt::format("'{}…' is longer than {} bytes", text->substr(0, 16), longest_text));
    if (permit.size == 0) return wrong("/size is 0");
    const std::array<std::tuple<const char*, const std::string*, std::size_t>, 4> digits{{{"evidence", &permit.evidence, 64},
        {"nonce", &permit.nonce, 32}, {"key_id", &permit.key_id, 16}, {"signature", &permit.signature, 128}}};
    for (const auto& [name, value, count] : digits)
        if (!is_hex(*value, count)) return wrong(fmt::format("/{} is not {} hex digits", name, count));
    for (const auto* time : {&permit.issued_at, &permit.expires_at})
        if (!time->ends_with('Z') || !inventory::parse_instant(*time)) return wrong(fmt::format("'{}' is no time in UTC, expected one like 2026-10-01T12:00:00.000Z", *time));
    return {};
}

}  // namespace

bool is_hex(std::string_view text, std::size_t digits)
{
    return text.size() == digits && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string signed_text(const Permit& permit)
{
    std::string text = "footing permit 1\n";
    const auto add = [&](const char* name, const std::string& value) { text += fmt::format("{}:{}:{}\n", name, value.size(), value); };
    add("id", permit.id);
    add("cluster", permit.cluster);
    add("machine", permit.machine);
    add("vendor", permit.drive.vendor);
    add("model", permit.drive.model);
    add("serial", permit.drive.serial);
    add("wwn", permit.drive.wwn);
    add("size", std::to_string(permit.size));
    add("evidence", permit.evidence);
    add("issued_at", permit.issued_at);
    add("expires_at", permit.expires_at);
    add("nonce", permit.nonce);
    add("key_id", permit.key_id);
    return text;
}

Result<Permit> permit_from_json(std::string_view text)
{
    if (text.size() > most_bytes) return fail(ErrorKind::Refuse, fmt::format("it is longer than {} bytes", most_bytes));
    auto permit = wire::read<Permit>(text);
    if (!permit) return permit;
    if (auto checked = check(*permit); !checked) return std::unexpected(checked.error());
    return permit;
}

std::string to_json(const Permit& permit) { return wire::write(permit); }
Result<Spending> spending_from_json(std::string_view text) { return wire::read<Spending>(text); }
std::string to_json(const Spending& spending) { return wire::write(spending); }
Result<Spent> spent_from_json(std::string_view text) { return wire::read<Spent>(text); }
std::string to_json(const Spent& spent) { return wire::write(spent); }

}  // namespace footing::permits
