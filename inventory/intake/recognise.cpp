#include "inventory/intake/recognise.hpp"

#include "inventory/identity/id.hpp"
#include "inventory/identity/match.hpp"
#include "inventory/store/machines.hpp"

namespace footing::inventory {

namespace {

/// Drives come and go: the rest stays the same hardware.
std::string fingerprint_of(const std::vector<IdentityClaim>& claims, const std::string& boot_id)
{
    std::string text;
    for (const auto& claim : claims)
        if (claim.kind != ClaimKind::Drive) text += std::string(to_string(claim.kind)) + "=" + claim.value + "\n";
    return sha256_hex(text.empty() ? "boot=" + boot_id : text);
}

}  // namespace

RecognisedMachine recognise_machine(Sql& sql, const std::vector<IdentityClaim>& claims, const std::string& boot_id,
                                    Instant now)
{
    Match match = recognise(claims, machines_with(sql, claims));
    RecognisedMachine out{match.machine_id, false, "", match.sentence, match.warnings};
    if (claims.empty()) {
        match.recognition = Recognition::Ambiguous;
        out.sentence = "no value of it identifies a machine";
    }
    switch (match.recognition) {
    case Recognition::Recognised:
        break;
    case Recognition::New:
        out.id = add_machine(sql, "", "", now);
        out.is_new = true;
        break;
    case Recognition::Ambiguous: {
        const std::string fingerprint = fingerprint_of(claims, boot_id);
        const auto known = quarantined_machine(sql, fingerprint);
        out.quarantine = out.sentence;
        out.is_new = !known;
        out.id = known ? *known : add_machine(sql, out.quarantine, fingerprint, now);
        break;
    }
    }
    return out;
}

}  // namespace footing::inventory
