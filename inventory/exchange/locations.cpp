#include <fmt/format.h>

#include <set>

#include "inventory/exchange/named_machine.hpp"
#include "inventory/exchange/tables.hpp"
#include "inventory/intake/locate.hpp"
#include "inventory/location/level.hpp"
#include "inventory/location/said_level.hpp"
#include "inventory/store/feed.hpp"
#include "inventory/store/machines.hpp"
#include "inventory/store/statements.hpp"

namespace footing::inventory {

namespace {

constexpr const char* imported = "import";
constexpr const char* human = "human";

std::string words_of(const std::string& machine, const std::string& said) { return fmt::format("machine {} ({})", machine, said); }

class Locations final : public Table {
public:
    const char* kind() const override { return "locations"; }
    const Columns& columns() const override
    {
        static const Columns all = [] {
            Columns out{"machine", "said"};
            out.insert(out.end(), levels.begin(), levels.end());
            for (const char* more : {"lock", "note", "by", "until", "since"}) out.emplace_back(more);
            return out;
        }();
        return all;
    }
    const Columns& required() const override
    {
        static const Columns all{"machine"};
        return all;
    }
    Result<Seen> look(Sql& sql, const Cells& given, const IntakeRules&) const override;
    void put(Sql& sql, const Seen& seen, const Writing& writing) override;
    void end(Sql& sql, const TableRow& row, const Writing& writing) override
    {
        end_statements(sql, row.key[0], row.key[1], writing.now);
        record(sql, {0, "", "location_unlocked", row.key[0], "", "what was said of its place is taken back by an import", "", writing.by}, writing.now);
        changed_.insert(row.key[0]);
    }
    std::size_t settle(Sql& sql, const Writing& writing) override
    {
        std::size_t moved = 0;
        for (const auto& id : changed_) moved += !locate(sql, id, writing.rules, writing.now).changed.empty();
        return moved;
    }
    std::vector<TableRow> page(Sql& sql, const TableKey& after, std::size_t limit, const std::string& at) const override
    {
        std::vector<TableRow> out;
        for (const auto& id : machines_with_statements(sql, after.empty() ? "" : after[0], limit, at))
            for (const char* said : {human, imported})
                if (auto row = held(sql, id, said, at)) out.push_back({*row, {id, said}, words_of(id, said)});
        return out;
    }

private:
    std::optional<Cells> held(Sql& sql, const std::string& machine_id, const std::string& said, const std::string& at = latest) const;
    Result<void> check_place(Cells& row) const;

    std::set<std::string> changed_;
};

std::optional<Cells> Locations::held(Sql& sql, const std::string& machine_id, const std::string& said, const std::string& at) const
{
    std::optional<Cells> out;
    for (const auto& row : statements_of(sql, machine_id, at)) {
        if (row.source != said || !is_level(row.level)) continue;
        if (!out) {
            out.emplace(columns());
            for (const auto& [name, value] : {std::pair{"machine", machine_id}, {"said", said}, {"lock", row.locked ? "yes" : "no"},
                                              {"note", row.note}, {"by", row.by}, {"until", row.until}, {"since", row.from}})
                out->set(name, value);
        }
        out->set(row.level, row.value);
    }
    return out ? std::optional(out->over({})) : std::nullopt;
}

Result<void> Locations::check_place(Cells& row) const
{
    bool any = false;
    for (const auto level : levels) {
        if (row.get(level).empty()) continue;
        const auto value = said_level(level, row.get(level));
        if (!value) return std::unexpected(value.error());
        row.set(level, *value);
        any = true;
    }
    return any ? Result<void>{} : fail(ErrorKind::Refuse, "no level is said: site, room, row, rack, unit, height, face or node");
}

Result<Seen> Locations::look(Sql& sql, const Cells& given, const IntakeRules&) const
{
    const auto id = named_machine(sql, given.get("machine"));
    if (!id) return std::unexpected(id.error());
    const std::string said = given.get("said").empty() ? imported : given.get("said");
    if (said != human && said != imported) return fail(ErrorKind::Refuse, fmt::format("said is '{}', expected human or import", said));
    const auto before = held(sql, *id, said);
    Cells row = given.over(before);
    row.set("machine", *id);
    row.set("said", said);
    if (auto place = check_place(row); !place) return std::unexpected(place.error());
    const std::string lock = row.get("lock");
    const bool locked = lock == "yes" || lock == "true";
    if (!locked && !lock.empty() && lock != "no" && lock != "false") return fail(ErrorKind::Refuse, fmt::format("lock is '{}', expected yes or no", lock));
    if (locked && said == imported) return fail(ErrorKind::Refuse, "only a human's word can be a lock");
    row.set("lock", locked ? "yes" : "no");
    for (const char* time : {"until", "since"}) {
        if (row.get(time).empty()) continue;
        const auto instant = parse_instant(row.get(time));
        if (!instant) return in_context(time, instant.error());
        row.set(time, to_string(*instant));
    }
    if (before) row.set("since", before->get("since"));  // since when it was said is no difference
    if (before && given.get("by").empty()) row.set("by", before->get("by"));
    return Seen{row, before, words_of(given.get("machine"), said), {joined({*id, said})}};
}

void Locations::put(Sql& sql, const Seen& seen, const Writing& writing)
{
    const std::string id = seen.row.get("machine"), said = seen.row.get("said"), since = seen.row.get("since");
    const std::string by = seen.row.get("by").empty() ? writing.by : seen.row.get("by");
    std::map<std::string, std::string> place;
    for (const auto level : levels)
        if (const std::string value = seen.row.get(level); !value.empty()) place[std::string(level)] = value;
    Instant from = writing.now;  // the past is a file's to tell only where nothing is known of it
    if (!seen.held && !since.empty() && since < to_string(writing.now) && !said_since(sql, id, said, since)) from = *parse_instant(since);
    const bool lock = seen.row.get("lock") == "yes";
    state_place(sql, id, said, place, lock, seen.row.get("note"), by, seen.row.get("until"), from);
    record(sql, {0, "", lock ? "location_locked" : "location_said", id, "", seen.row.get("note"), "", writing.by}, writing.now);
    changed_.insert(id);
}

}  // namespace

std::unique_ptr<Table> locations_table() { return std::make_unique<Locations>(); }

}  // namespace footing::inventory
