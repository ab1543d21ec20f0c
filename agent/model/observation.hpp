/// Everything that one look at a disk found out: the only thing that the judge sees of it.
///
/// "Not looked at" and "looked, and nothing was there" are different values everywhere: an error is never "blank".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/disk.hpp"
#include "agent/model/gpt.hpp"
#include "agent/model/ledger.hpp"
#include "agent/model/reason.hpp"

namespace footing {

/// Something a prober recognised.
struct Signature {
    std::string type;            // "xfs", "gpt", "LVM2_member", "linux_raid_member"
    bool partition_table = false;
    std::uint64_t offset = 0;    // bytes from the start of the disk
    std::string prober;          // "libblkid" or "footing"
    bool operator==(const Signature&) const = default;
};

/// The proof of blankness: what was read, and the first byte that isn't the fill.
struct BlankProof {
    bool attempted = false;
    bool complete = false;               // every read of it succeeded in full
    std::uint64_t bytes_read = 0;
    std::optional<std::uint64_t> nonblank_offset;
    std::string nonblank_bytes;          // hex of up to 32 bytes from there
    bool operator==(const BlankProof&) const = default;

    [[nodiscard]] bool proved() const { return attempted && complete && !nonblank_offset; }
};

/// The filesystem in the partition that the ledger names.
struct FilesystemFacts {
    bool looked = false;
    std::string type;  // empty: none recognised
    std::string uuid;
    bool operator==(const FilesystemFacts&) const = default;
};

/// The marker file in the root of an enrolled filesystem; readable only where it is mounted.
enum class Marker { NotLooked, Missing, Agrees, Disagrees };

/// What lies beside an INTENT.
struct UnfinishedWork {
    bool looked = false;
    bool explained = false;  // nothing but our own unfinished work was read
    std::string why_not;     // the sentence, with the first thing that it can't explain
    std::optional<std::uint64_t> offset;
    bool operator==(const UnfinishedWork&) const = default;
};

/// What the drive says of its own health (SMART). A drive that can't be asked has none.
struct Health {
    bool asked = false;
    bool failing = false;
    std::string sentence;  // why, where it is failing
    bool operator==(const Health&) const = default;
};

struct Observation {
    Disk disk;
    Reasons problems;              // what could not be read or asked, with errno; each makes a verdict that needs it fail
    bool opened = false;
    bool busy = false;             // O_EXCL was refused
    bool locked = false;           // OPAL says so
    Ledger ledger;
    bool ledger_read = false;
    Gpt gpt;
    bool gpt_read = false;
    FilesystemFacts filesystem;
    Marker marker = Marker::NotLooked;
    std::string mounted_at;        // where the ledger's partition is mounted, if it is
    std::vector<Signature> signatures;
    bool probed = false;           // both probers ran to their end
    BlankProof blank;
    UnfinishedWork unfinished;
    Health health;  // of drives that could be formatted only
    bool operator==(const Observation&) const = default;
};

}  // namespace footing
