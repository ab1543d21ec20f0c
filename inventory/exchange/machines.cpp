#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "inventory/exchange/tables.hpp"
#include "inventory/identity/claims.hpp"
#include "inventory/identity/id.hpp"
#include "inventory/intake/index.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/store/blacklist.hpp"
#include "inventory/store/entered.hpp"
#include "inventory/store/facts.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/wire/codec.hpp"

namespace footing::inventory {

namespace {

const std::vector<ClaimKind> entered_kinds{ClaimKind::Uuid, ClaimKind::SystemSerial, ClaimKind::BoardSerial, ClaimKind::ChassisSerial,
                                           ClaimKind::Mac,  ClaimKind::BmcMac,       ClaimKind::AssetTag};

/// The columns that are wire::MachineIdentity's fields.
constexpr std::array identity_fields{
    std::pair{"uuid", &wire::MachineIdentity::uuid},
    std::pair{"vendor", &wire::MachineIdentity::vendor},
    std::pair{"product", &wire::MachineIdentity::product},
    std::pair{"system_serial", &wire::MachineIdentity::system_serial},
    std::pair{"board_serial", &wire::MachineIdentity::board_serial},
    std::pair{"chassis_serial", &wire::MachineIdentity::chassis_serial},
    std::pair{"asset_tag", &wire::MachineIdentity::asset_tag},
    std::pair{"chassis_location", &wire::MachineIdentity::chassis_location},
};

template <typename T>
T known(const Facts& facts, const char* name)
{
    const auto found = facts.find(name);
    return found == facts.end() ? T{} : wire::read<T>(found->second).value_or(T{});
}

std::vector<std::string> words_in(const std::string& text)
{
    std::istringstream in(text);
    std::vector<std::string> out;
    for (std::string word; in >> word;) out.push_back(word);
    return out;
}

wire::MachineIdentity identity_of(const Cells& row)
{
    wire::MachineIdentity out;
    for (const auto& [column, field] : identity_fields) out.*field = row.get(column);
    return out;
}

std::vector<IdentityClaim> claims_of(const Cells& row, const IntakeRules& rules)
{
    return identity_claims({identity_of(row), words_in(row.get("macs")), {}, row.get("bmc_mac"), {}, {}}, rules.placeholders);
}

/// RFC 9562, lower case: what mint_id() makes.
bool is_id(const std::string& text)
{
    constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return text.size() == form.size() && std::ranges::equal(text, form, [](char c, char wanted) {
        return wanted == '-' ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

/// Only beside others, or as its vendor's: alone it makes no machine that reports this one.
bool needs_vendor(const IdentityClaim& claim)
{
    return claim.kind == ClaimKind::SystemSerial || claim.kind == ClaimKind::BoardSerial || claim.kind == ClaimKind::ChassisSerial ||
           claim.kind == ClaimKind::AssetTag;
}

class Machines final : public Table {
public:
    const char* kind() const override { return "machines"; }
    const Columns& columns() const override
    {
        static const Columns all{"id",           "host_name",      "uuid",      "vendor",           "product", "system_serial",
                                 "board_serial", "chassis_serial", "asset_tag", "chassis_location", "bmc_mac", "macs"};
        return all;
    }
    const Columns& required() const override
    {
        static const Columns none;
        return none;
    }
    bool can_end() const override { return false; }
    Result<Seen> look(Sql& sql, const Cells& given, const IntakeRules& rules) const override;
    void put(Sql& sql, const Seen& seen, const Writing& writing) override;
    void end(Sql&, const TableRow&, const Writing&) override {}
    std::size_t settle(Sql&, const Writing&) override { return moved_; }
    std::vector<TableRow> page(Sql& sql, const TableKey& after, std::size_t limit, const std::string& at) const override;

private:
    Cells held(Sql& sql, const std::string& id, const std::string& at = latest) const;
    Result<Seen> entered(Sql& sql, const Cells& given, const IntakeRules& rules) const;

    std::size_t moved_ = 0;
};

Cells Machines::held(Sql& sql, const std::string& id, const std::string& at) const
{
    const Facts facts = facts_at(sql, id, at);
    const auto identity = known<wire::MachineIdentity>(facts, "identity");
    Cells out(columns());
    out.set("id", id);
    for (const auto& [column, field] : identity_fields) out.set(column, identity.*field);
    out.set("host_name", known<wire::System>(facts, "system").host_name);
    out.set("bmc_mac", known<wire::Bmc>(facts, "bmc").mac);
    std::vector<std::string> macs;
    for (const auto& nic : known<std::vector<wire::Nic>>(facts, "nics"))
        if (words_in(nic.permanent_mac).size() == 1) macs.push_back(nic.permanent_mac);
    out.set("macs", fmt::format("{}", fmt::join(macs, " ")));
    return out;
}

/// A machine that isn't known by its id: it must be nobody else by its values.
Result<Seen> Machines::entered(Sql& sql, const Cells& given, const IntakeRules& rules) const
{
    Cells row = given.over({});
    const std::string id = row.get("id");
    if (!id.empty() && !is_id(id)) return fail(ErrorKind::Refuse, fmt::format("id is '{}', expected one that an export gave, or none", id));
    const auto claims = claims_of(row, rules);
    const auto match = recognise(claims, machines_with(sql, claims), blacklisted(sql, claims));
    if (match.recognition == Recognition::Ambiguous) return fail(ErrorKind::Refuse, match.sentence);
    if (match.recognition == Recognition::Recognised) {
        if (!id.empty()) return fail(ErrorKind::Refuse, fmt::format("its values are those of machine {} ({})", match.machine_id, match.sentence));
        row = given;
        row.set("id", match.machine_id);
        return look(sql, row, rules);
    }
    Seen seen{row, {}, "", {}};
    if (id.empty()) {
        if (claims.empty()) return fail(ErrorKind::Refuse, "no value of it identifies a machine: uuid, system_serial, board_serial, macs or bmc_mac");
        if (std::ranges::all_of(claims, &needs_vendor) && (row.get("vendor").empty() || row.get("product").empty()))
            return fail(ErrorKind::Refuse, "its serials are compared with those of reports by vendor and product: say both and a second value, or a uuid");
        if (!row.get("uuid").empty() && canonical_uuid(row.get("uuid")).empty()) return fail(ErrorKind::Refuse, fmt::format("uuid is '{}', expected 32 hexadecimal digits", row.get("uuid")));
        seen.row.set("id", mint_id());
        for (const auto& claim : claims)
            if (claim.kind != ClaimKind::ChassisSerial && claim.kind != ClaimKind::AssetTag) seen.keys.push_back(fmt::format("{} {}", to_string(claim.kind), claim.value));
    }
    seen.keys.insert(seen.keys.begin(), joined({seen.row.get("id")}));
    seen.name = fmt::format("machine {}", !row.get("system_serial").empty() ? row.get("system_serial") : seen.row.get("id"));
    return seen;
}

Result<Seen> Machines::look(Sql& sql, const Cells& given, const IntakeRules& rules) const
{
    const std::string id = given.get("id");
    const auto row = id.empty() ? std::nullopt : machine(sql, id);
    if (!row) return entered(sql, given, rules);
    if (!row->merged_into.empty()) return fail(ErrorKind::Refuse, fmt::format("machine {} was merged into {}", id, row->merged_into));
    const Cells before = held(sql, id);
    Cells after = before;
    for (const auto& column : columns())  // an empty cell says nothing of hardware
        if (const std::string value = given.get(column); !value.empty()) after.set(column, value);
    after.set("macs", fmt::format("{}", fmt::join(words_in(after.get("macs")), " ")));
    if (!row->last_seen.empty())
        for (const auto& column : columns())
            if (after.get(column) != before.get(column))
                return fail(ErrorKind::Refuse, fmt::format("machine {} reports {} '{}', the file says '{}': reports count", id, column, before.get(column), after.get(column)));
    return Seen{after, before, fmt::format("machine {}", id), {joined({id})}};
}

void Machines::put(Sql& sql, const Seen& seen, const Writing& writing)
{
    const std::string id = seen.row.get("id");
    if (!seen.held) {
        enter_machine(sql, id, writing.now);
        record(sql, {0, "", "machine_new", id, "", "entered by an import, not heard of yet", "", writing.by}, writing.now);
    }
    wire::System system;
    wire::Bmc bmc;
    std::vector<wire::Nic> nics;
    system.host_name = seen.row.get("host_name");
    bmc.mac = seen.row.get("bmc_mac");
    for (const auto& mac : words_in(seen.row.get("macs"))) nics.emplace_back().permanent_mac = mac;
    observe(sql, id, {{"identity", wire::write(identity_of(seen.row))}, {"system", system == wire::System{} ? "" : wire::write(system)},
                      {"bmc", bmc == wire::Bmc{} ? "" : wire::write(bmc)}, {"nics", nics.empty() ? "" : wire::write(nics)}}, writing.now);
    record_claims(sql, id, claims_of(seen.row, writing.rules), entered_kinds, writing.now);
    moved_ += !locate(sql, id, writing.rules, writing.now).changed.empty();
    index_machine(sql, id);
}

std::vector<TableRow> Machines::page(Sql& sql, const TableKey& after, std::size_t limit, const std::string& at) const
{
    std::vector<TableRow> out;
    std::string last = after.empty() ? "" : after[0];
    while (out.empty()) {  // quarantined ones are nobody yet: a page of them alone is no end
        const auto some = machines(sql, last, limit, at);
        if (some.empty()) break;
        last = some.back().id;
        for (const auto& row : some)
            if (row.quarantine.empty()) out.push_back({held(sql, row.id, at), {row.id}, fmt::format("machine {}", row.id)});
    }
    return out;
}

}  // namespace

std::unique_ptr<Table> machines_table() { return std::make_unique<Machines>(); }

}  // namespace footing::inventory
