/// Client certificates and the machines that report with them: one of each to one of the other, from the first time on.
///
/// A binding stays with the id that it was made for. Through a merge it is good for the machine that this id stands for,
/// so that the merge's revert gives each its own again. It ends when a person says so, or that the machine is two.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inventory/history/instant.hpp"
#include "inventory/store/store.hpp"

namespace footing::inventory {

struct CertificateRow {
    std::string subject;
    std::string machine_id;  // of which it was bound: this one, or one that was merged into it
    std::string bound_at;
};

/// Those that a machine reports with.
std::vector<CertificateRow> certificates_of(Sql& sql, const std::string& machine_id);

/// The machine that a certificate is bound to; empty: none.
std::string machine_of_certificate(Sql& sql, const std::string& subject);

struct FalseCertificate {
    std::string machine_id;  // the one that is known by its certificate
    std::string sentence;
};

/// Binds the certificate's subject (empty: none was shown) to the machine; not to a quarantined one, which could be two.
/// Returns why this report can't be the machine's, or nothing: another certificate is bound to it, or this one to another.
std::optional<FalseCertificate> bind_certificate(Sql& sql, const std::string& subject, const std::string& machine_id, Instant now);

/// It is bound to nobody: whom it reports for next, it is bound to. The feed of `machine_id`, which reported with it, tells
/// so, and the machine's alarm ends.
void end_certificate(Sql& sql, const std::string& subject, const std::string& machine_id, const std::string& why,
                     const std::string& by, Instant now);

}  // namespace footing::inventory
