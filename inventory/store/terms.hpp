/// The search index: for each machine and disk the texts by which people look for it, kept in the transaction that
/// changes them.
///
/// A term is folded (lower case, letters and digits only), so that every spelling of a MAC or WWN is one term, and a
/// search is one range of the index. Of serials each tail of four characters or more is a term too: staff read the end
/// of a label. What isn't one word has a prefix: "ip:10.0.0.7", "at:r12|17" (rack|unit), "port:tora1|swp1".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/store/store.hpp"

namespace footing::inventory {

enum class SubjectKind { Machine, Disk };

struct Term {
    std::string term;
    std::string kind;  // serial wwn mac ip host_name asset_tag uuid place port
    std::string text;  // as written, for people
    auto operator<=>(const Term&) const = default;
};

/// "AA:bb-CC" -> "aabbcc".
std::string folded(std::string_view text);

/// The terms of one value; none when nothing is left of it.
std::vector<Term> terms_of(const std::string& kind, const std::string& value);
/// Of a serial: with its tails.
std::vector<Term> serial_terms(const std::string& serial);
Term place_term(const std::string& rack, const std::string& unit);
Term port_term(const std::string& switch_name, const std::string& port);

/// These are all the terms of a machine now.
void replace_terms(Sql& sql, const std::string& machine_id, const std::vector<Term>& terms);
/// A disk's terms only grow: its names are for life.
void add_disk_terms(Sql& sql, const std::string& disk_id, const std::string& serial, const std::string& wwn);

/// What of the index a query means, the likeliest first.
struct Wanted {
    std::string from, to;  // the range [from, to)
    std::string exact;     // the term that is all of it; empty: none is
};
std::vector<Wanted> wanted_terms(std::string_view query);

struct Hit {
    SubjectKind type = SubjectKind::Machine;
    std::string id;
    Term matched;
    bool exact = false;
};
/// Exact ones first, then in the order of terms; each machine or disk once; at most `limit`.
std::vector<Hit> find_terms(Sql& sql, std::string_view query, std::size_t limit);

/// Machines with exactly this term of this kind.
std::vector<std::string> machines_with_term(Sql& sql, const std::string& kind, const std::string& term);
bool has_terms(Sql& sql);

}  // namespace footing::inventory
