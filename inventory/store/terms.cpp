#include "inventory/store/terms.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>

#include "inventory/identity/claims.hpp"
#include "inventory/store/assets.hpp"
#include "inventory/store/sql.hpp"
#include "inventory/tables/trimmed.hpp"

namespace footing::inventory {

namespace {

constexpr std::size_t longest_term = 96;
constexpr std::size_t shortest_tail = 4;
constexpr std::size_t most_tails = 24;

std::string in_lower_case(std::string_view text)
{
    std::string lower;
    for (char c : text) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower;
}

std::string without_scheme(std::string_view text)
{
    std::string lower = in_lower_case(text);
    for (const std::string_view scheme : {"0x", "naa.", "eui.", "nvme.", "t10."})
        if (lower.starts_with(scheme)) return lower.substr(scheme.size());
    return lower;
}

bool looks_like_ip(std::string_view text)
{
    const auto dots = std::ranges::count(text, '.');
    const bool v4 = dots > 0 && dots < 4 && text.find_first_not_of("0123456789.") == std::string_view::npos;
    return v4 || text.find("::") != std::string_view::npos;
}

/// Without prefix length and zone; empty: it is no address.
std::string canonical_ip(std::string_view text)
{
    const std::string address(text.substr(0, text.find_first_of("/%")));
    const int family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    in6_addr bytes{};
    char spelled[INET6_ADDRSTRLEN];
    const bool is_one = ::inet_pton(family, address.c_str(), &bytes) == 1 && ::inet_ntop(family, &bytes, spelled, sizeof spelled) != nullptr;
    return is_one ? spelled : "";
}

std::string unit_of(std::string text)
{
    std::erase_if(text, [](unsigned char c) { return !std::isdigit(c) && c != '.'; });
    while (text.size() > 1 && text.front() == '0') text.erase(0, 1);
    return text;
}

Wanted prefix(std::string term) { return {term, prefix_end(term), term}; }

}  // namespace

std::string folded(std::string_view text)
{
    std::string out;
    for (char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || byte >= 0x80) out += static_cast<char>(std::tolower(byte));
    }
    if (out.size() <= longest_term) return out;
    out.resize(longest_term);
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0x80) != 0) out.pop_back();
    return out;
}

std::vector<Term> terms_of(const std::string& kind, const std::string& value)
{
    if (kind == "ip" || kind == "bmc_ip") {
        const std::string address = canonical_ip(value);
        return address.empty() ? std::vector<Term>{} : std::vector<Term>{{"ip:" + address, kind, address}};
    }
    const std::string term = folded(kind == "wwn" ? without_scheme(value) : value);
    if (term.empty()) return {};
    std::vector<Term> out{{term, kind, value}};
    if (const std::string uuid = kind == "uuid" ? folded(canonical_uuid(value)) : ""; !uuid.empty() && uuid != term) out.push_back({uuid, kind, value});
    return out;
}

std::vector<Term> serial_terms(const std::string& serial)
{
    std::vector<Term> out = terms_of("serial", serial);
    if (out.empty()) return out;
    const std::string whole = out.front().term;
    for (std::size_t from = 1; from + shortest_tail <= whole.size() && from <= most_tails; ++from)
        if ((static_cast<unsigned char>(whole[from]) & 0xc0) != 0x80) out.push_back({whole.substr(from), "serial", serial});
    return out;
}

Term place_term(const std::string& rack, const std::string& unit)
{
    return {"at:" + folded(rack) + "|" + unit_of(unit), "place", unit.empty() ? rack : rack + " U" + unit_of(unit)};
}

Term port_term(const std::string& switch_name, const std::string& port)
{
    return {"port:" + folded(switch_name) + "|" + folded(port), "port", switch_name + ":" + port};
}

void replace_terms(Sql& sql, const std::string& machine_id, const std::vector<Term>& terms)
{
    const std::set<Term> wanted(terms.begin(), terms.end());
    std::set<Term> held;
    Term row;
    {
        soci::statement select = (sql.prepare << "SELECT term, kind, shown FROM terms WHERE subject = :id"
                                                 " AND subject_kind = 'machine'", use(machine_id),
                                  into(row.term), into(row.kind), into(row.text));
        each(select, [&] { held.insert(row); });
    }
    for (const auto& old : held)
        if (!wanted.contains(old))
            sql << "DELETE FROM terms WHERE term = :term AND kind = :kind AND subject = :id", use(old.term), use(old.kind),
                use(machine_id);
    for (const auto& term : wanted)  // one by one: two of them may differ in what is shown alone
        if (!held.contains(term))
            sql << "INSERT INTO terms (term, kind, subject, subject_kind, shown) VALUES (:term, :kind, :id, 'machine', :shown)"
                   " ON CONFLICT (term, kind, subject) DO UPDATE SET shown = excluded.shown",
                use(term.term), use(term.kind), use(machine_id), use(term.text);
}

void add_disk_terms(Sql& sql, const std::string& disk_id, const std::string& serial, const std::string& wwn)
{
    auto terms = serial_terms(serial);
    std::ranges::move(terms_of("wwn", wwn), std::back_inserter(terms));
    for (const auto& tagged : assets_with_serial(sql, serial))
        if (tagged.kind == "drive") std::ranges::move(terms_of("asset_tag", tagged.tag), std::back_inserter(terms));
    insert_rows(sql, "INSERT INTO terms (term, kind, subject, subject_kind, shown)", "(:term#, :kind#, :id#, 'disk', :shown#)",
                " ON CONFLICT (term, kind, subject) DO NOTHING", terms, [&](const Term& term, soci::statement& insert) {
        for (const auto* text : {&term.term, &term.kind, &disk_id, &term.text}) insert.exchange(use(*text));
    });
}

void drop_disk_tag(Sql& sql, const std::string& disk_id, const std::string& tag)
{
    const std::string term = folded(tag);
    sql << "DELETE FROM terms WHERE term = :term AND kind = 'asset_tag' AND subject = :id AND subject_kind = 'disk'", use(term), use(disk_id);
}

std::vector<Wanted> wanted_terms(std::string_view query)
{
    static const std::regex place(R"(\s*([^\s]+)\s+[uU]\s*(\d+(?:\.5)?)\s*)"), port(R"(\s*(\S+?)\s*[:\s]\s*(\S+)\s*)");
    const std::string text = trimmed(query);
    std::vector<Wanted> out;
    std::smatch parts;
    if (std::regex_match(text, parts, place)) {
        const std::string term = place_term(parts[1], parts[2]).term;
        out.push_back({term, term + '\x01', term});
    }
    if (const std::string address = canonical_ip(text); !address.empty()) out.push_back(prefix("ip:" + address));
    else if (looks_like_ip(text)) out.push_back(prefix("ip:" + in_lower_case(text)));
    if (const std::string word = folded(text); !word.empty()) {
        out.push_back(prefix(word));
        if (const std::string uuid = folded(canonical_uuid(text)); !uuid.empty() && uuid != word) out.push_back(prefix(uuid));
        if (const std::string bare = folded(without_scheme(text)); bare != word && !bare.empty()) out.push_back(prefix(bare));
        for (const char* of : {"at:", "port:"}) {  // whatever stands in this rack, is plugged into this switch
            const std::string begin = of + word + "|";
            out.push_back({begin, prefix_end(begin), ""});
        }
    }
    // Every place at which "tor-a:swp1", "tor-a swp1" or "00:11:22:33:44:55:swp1" can be cut.
    for (std::size_t at = text.find_first_of(": "); at != std::string::npos; at = text.find_first_of(": ", at + 1)) {
        const std::string left = folded(text.substr(0, at)), right = folded(text.substr(at + 1));
        if (!left.empty() && !right.empty()) out.push_back(prefix("port:" + left + "|" + right));
    }
    return out;
}

std::vector<Hit> find_terms(Sql& sql, std::string_view query, std::size_t limit)
{
    std::vector<Hit> exact, rest;
    std::set<std::string> seen;
    for (const auto& [from, to, whole] : wanted_terms(query.substr(0, 4 * longest_term))) {
        const auto most = to_sql(2 * limit + 1);  // a serial and its tails are one disk
        std::string subject, subject_kind;
        Term row;
        soci::statement select =
            (sql.prepare << "SELECT term, kind, shown, subject, subject_kind FROM terms WHERE term >= :from AND term < :to"
                            " ORDER BY term, kind, subject LIMIT :most",
             use(from), use(to), use(most), into(row.term), into(row.kind), into(row.text), into(subject), into(subject_kind));
        each(select, [&] {
            if (!seen.insert(subject).second) return;
            const bool all = row.term == whole && (row.kind != "serial" || folded(row.text) == whole);
            (all ? exact : rest).push_back({subject_kind == "disk" ? SubjectKind::Disk : SubjectKind::Machine, subject, row, all});
        });
    }
    std::ranges::move(rest, std::back_inserter(exact));
    if (exact.size() > limit) exact.resize(limit);
    return exact;
}

namespace {

std::vector<std::string> subjects_with_term(Sql& sql, const std::string& subject_kind, const std::string& kind, const std::string& term)
{
    std::vector<std::string> out;
    std::string id;
    soci::statement select = (sql.prepare << "SELECT subject FROM terms WHERE term = :term AND kind = :kind"
                                             " AND subject_kind = :of ORDER BY subject",
                              use(term), use(kind), use(subject_kind), into(id));
    each(select, [&] { out.push_back(id); });
    return out;
}

}  // namespace

std::vector<std::string> machines_with_term(Sql& sql, const std::string& kind, const std::string& term)
{
    return subjects_with_term(sql, "machine", kind, term);
}

std::vector<std::string> disks_with_term(Sql& sql, const std::string& kind, const std::string& term)
{
    return subjects_with_term(sql, "disk", kind, term);
}

int index_edition(Sql& sql)
{
    int edition = 0;
    sql << "SELECT value FROM counters WHERE name = 'index'", into(edition);
    return edition;
}

void set_index_edition(Sql& sql, int edition) { sql << "UPDATE counters SET value = :edition WHERE name = 'index'", use(edition); }

}  // namespace footing::inventory
