/// Disks as sentences: disk("sda").size(8_TiB).blank(). Each builder gives an Observation that is complete and without
/// problems unless it says otherwise.
#pragma once

#include "agent/judge/judge.hpp"
#include "agent/model/marker.hpp"

namespace footing::test {

inline const Uuid this_machine = parse_uuid("11111111-1111-1111-1111-111111111111").value();
inline const Uuid other_machine = parse_uuid("22222222-2222-2222-2222-222222222222").value();

inline Config config_with_one_rule()
{
    Config config;
    config.cluster = "par-1";
    DiskRule rule;
    rule.name = "object";
    rule.match.transport = {"sas"};
    rule.role = "object";
    rule.mount_point = "/srv/node/{label}";
    config.disks.push_back(rule);
    return config;
}

class DiskBuilder {
public:
    explicit DiskBuilder(const std::string& name)
    {
        Disk& disk = seen_.disk;
        disk.name = name;
        disk.path = "/dev/" + name;
        disk.device_number = "8:" + std::to_string(name.back() - 'a');
        disk.size = 8_TiB;
        disk.logical_sector = 512_B;
        disk.physical_sector = 4096_B;
        disk.transport = "sas";
        disk.zoned = "none";
        disk.identity = {"naa.5000c500a1b2c3" + std::to_string(10 + name.back() - 'a'), "ACME", "HD8", "ZL2A0" + name};
        seen_.opened = true;
        seen_.ledger_read = true;
        seen_.gpt_read = true;
    }

    DiskBuilder& size(Bytes bytes) { seen_.disk.size = bytes; return *this; }
    DiskBuilder& identity(Identity identity) { seen_.disk.identity = std::move(identity); return *this; }
    DiskBuilder& transport(std::string name) { seen_.disk.transport = std::move(name); return *this; }
    DiskBuilder& mounted(std::string where)
    {
        seen_.disk.mounts.push_back({"8:99", where});
        seen_.busy = true;
        if (seen_.ledger.newest() != nullptr) {
            seen_.mounted_at = std::move(where);
            seen_.marker = Marker::Agrees;
        }
        return *this;
    }

    DiskBuilder& blank()
    {
        seen_.probed = true;
        seen_.blank = {true, true, 42'000'000, std::nullopt, ""};
        return *this;
    }

    DiskBuilder& nonblank_byte_at(std::uint64_t offset)
    {
        blank();
        seen_.blank.complete = false;
        seen_.blank.nonblank_offset = offset;
        seen_.blank.nonblank_bytes = "2a";
        return *this;
    }

    /// COMMITTED in both slots, and everything agrees.
    DiskBuilder& enrolled(const Uuid& machine = this_machine, const std::string& cluster = "par-1")
    {
        LedgerRecord record = record_of(machine, cluster);
        record.state = LedgerState::Committed;
        record.sequence = 2;
        seen_.ledger.slots[1] = {LedgerSlot::Kind::Valid, {}, record};
        record.sequence = 3;
        seen_.ledger.slots[0] = {LedgerSlot::Kind::Valid, {}, record};
        seen_.filesystem = {true, "xfs", to_string(record.disk_id)};
        GptCopy copy;
        copy.kind = GptCopy::Kind::Valid;
        copy.table_id = record.table_id;
        copy.partitions = {{1, *parse_uuid(footing_partition_type), record.disk_id, record.partition_start, record.partition_size, "footing"}};
        copy.lba = 1;
        copy.other_lba = 99;
        seen_.gpt = {Gpt::Mbr::Protective, copy, copy};
        std::swap(seen_.gpt.backup.lba, seen_.gpt.backup.other_lba);
        return *this;
    }

    DiskBuilder& intent(const Uuid& machine = this_machine)
    {
        LedgerRecord record = record_of(machine, "par-1");
        record.sequence = 1;
        seen_.ledger.slots[0] = {LedgerSlot::Kind::Valid, {}, record};
        seen_.filesystem.looked = true;
        seen_.unfinished = {true, true, "", std::nullopt};
        return *this;
    }

    DiskBuilder& change(const std::function<void(Observation&)>& how)
    {
        how(seen_);
        return *this;
    }

    operator Observation() const { return seen_; }  // NOLINT(google-explicit-constructor): a builder is its observation

private:
    [[nodiscard]] LedgerRecord record_of(const Uuid& machine, const std::string& cluster) const
    {
        LedgerRecord record;
        record.disk_id = *parse_uuid("d15c0000-0000-4000-8000-0000000000" + std::to_string(10 + seen_.disk.name.back() - 'a'));
        record.table_id = *parse_uuid("7ab1e000-0000-4000-8000-000000000001");
        record.machine = machine;
        record.cluster = cluster;
        record.wwn = seen_.disk.identity.wwn;
        record.serial = seen_.disk.identity.serial;
        record.label = "d15c" + seen_.disk.name;
        record.role = "object";
        record.filesystem = "xfs";
        record.disk_size = seen_.disk.size;
        record.logical_sector = seen_.disk.logical_sector;
        record.partition_start = 1_MiB;
        record.partition_size = seen_.disk.size - 2_MiB;
        return record;
    }

    Observation seen_;
};

inline DiskBuilder disk(const std::string& name) { return DiskBuilder(name); }

/// The judgement of one disk, alone on its machine.
inline Judgement judged(const Observation& seen, const Config& config = config_with_one_rule(), Circumstances circumstances = {})
{
    circumstances.machine = this_machine;
    return judge({seen, select_rule(config.disks, seen.disk), config, circumstances, {}, {}, false});
}

/// The plan of a whole machine.
inline Plan planned(const std::vector<Observation>& seen, const Config& config = config_with_one_rule(), Circumstances circumstances = {})
{
    circumstances.machine = this_machine;
    return make_plan(seen, config, circumstances);
}

inline bool has_reason(const Judgement& judgement, ReasonCode code)
{
    return std::ranges::any_of(judgement.reasons, [code](const Reason& reason) { return reason.code == code; });
}

}  // namespace footing::test
