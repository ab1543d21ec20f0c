/// The search index: for each machine and disk the texts by which people look for it, kept in the transaction that
/// changes them.
///
/// A term is folded (lower case, letters and digits only), so that every spelling of a MAC or WWN is one term, and a
/// search is one range of the index. Of serials each tail of four characters or more is a term too: staff read the end
/// of a label. What isn't one word has a prefix: "ip:10.0.0.7", "at:r12|17" (rack|unit), "port:tora1|swp1". An IP address
/// is spelled as inet_ntop(3) does; a UUID is a term as told and as canonical_uuid() (identity/claims.hpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inventory/store/store.hpp"

namespace footing::inventory {

enum class SubjectKind { Machine, Disk, Rack, Switch };  // of the index: machines and disks

struct Term {
    std::string term;
    std::string kind;  // serial wwn mac ip bmc_mac bmc_ip dimm host_name asset_tag uuid place port
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
/// A disk's names are for life: these terms only grow. With them come the tags that people stuck on a drive of this serial.
void add_disk_terms(Sql& sql, const std::string& disk_id, const std::string& serial, const std::string& wwn);
void drop_disk_tag(Sql& sql, const std::string& disk_id, const std::string& tag);

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
std::vector<std::string> disks_with_term(Sql& sql, const std::string& kind, const std::string& term);

/// What is indexed has a number (intake/index.cpp); of a database that was never indexed it is 0.
int index_edition(Sql& sql);
void set_index_edition(Sql& sql, int edition);

}  // namespace footing::inventory
