#include "agent/release/release.hpp"

#include <filesystem>
#include <fmt/format.h>

#include "agent/model/bytes_io.hpp"
#include "agent/os/clock.hpp"
#include "agent/os/drive_claim.hpp"
#include "agent/release/refusal.hpp"

namespace footing {
namespace {

constexpr std::uint64_t stretch = 256ULL << 20;  // between two looks at the drive's identity

/// A file name from a serial number, which may hold anything.
std::string file_stem(const ReleaseRecord& record)
{
    std::string name = record.begun_at + "-" + record.disk.identity.serial + "-" + std::to_string(record.disk.diskseq);
    for (char& c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        if (!plain) c = '_';
    }
    return name;
}

/// The same, with a number where two releases of one second would have one name.
std::string free_stem(const std::string& wanted)
{
    const auto taken = [](const std::string& stem) { return std::filesystem::exists(stem + ".json") || std::filesystem::exists(stem + ".pre-image.gz"); };
    std::string stem = wanted;
    for (int number = 2; taken(stem); ++number) stem = fmt::format("{}-{}", wanted, number);
    return stem;
}

class Release {
public:
    Release(const os::BlockDevice& device, const ReleaseOrder& order, const ReleaseOpinion& opinion, const TellRelease& tell, ReleaseRecord& record)
        : device_(device), order_(order), opinion_(opinion), tell_(tell), record_(record)
    {
    }

    Result<void> run()
    {
        auto claimed = os::claim(device_, order_.disk.name);
        if (!claimed) return std::unexpected(claimed.error());
        claim_ = std::move(*claimed);
        tell_("second look");
        if (auto ok = look_again(); !ok) return ok;
        if (auto ok = remember(); !ok) return ok;
        if (auto ok = order_.before_wipe(record_); !ok) return refuse(ok.error());
        record_.state = "wiping";
        if (auto ok = keep(record_, file_); !ok) return refuse(ok.error());
        order_.recorded();
        auto done = wipe_all();
        // A failed wipe may go on in this boot: its record stays "wiping" and says how far it came.
        if (!done && record_.wiped_to == 0) record_.state = "failed";
        if (done) {
            done = prove();
            record_.state = done ? "released" : "failed";
        }
        if (!done) record_.error = done.error().message;
        if (auto kept = keep(record_, file_); !kept) return kept;
        return done;
    }

private:
    /// The record says so; the reason is worth more than the record.
    [[nodiscard]] Result<void> refuse(const Error& error)
    {
        record_.state = "refused";
        record_.error = error.message;
        ignore_because("the refusal is what the caller must hear", keep(record_, file_));
        return std::unexpected(error);
    }

    [[nodiscard]] Result<void> check_identity() const
    {
        auto now = device_.identity();
        if (!now) return std::unexpected(now.error());
        const Disk& then = order_.disk;
        const auto disk = opinion_.describe();
        if (!disk) return std::unexpected(disk.error());
        const bool same = disk->unread.empty() && disk->other_path.empty() && now->device_number == then.device_number && now->size == then.size && now->diskseq == then.diskseq &&
                          now->logical_sector == then.logical_sector && disk->diskseq == then.diskseq && disk->size == then.size &&
                          disk->identity == then.identity && disk->identity.serial == order_.serial;
        if (!same) return fail(ErrorKind::Hold, then.path + " is another drive than the one that was to be released");
        return {};
    }

    [[nodiscard]] Result<void> look_again()
    {
        if (auto same = check_identity(); !same) return same;
        const Observation seen = opinion_.look(device_);
        const Judgement judgement = opinion_.judge(seen);
        if (auto no = why_not_released(seen, judgement, order_.serial)) return fail(ErrorKind::Hold, "the second look refuses: " + *no);
        if (is_blank_already(judgement)) return fail(ErrorKind::Hold, "the second look finds it blank, the first did not");
        record_.judgement = judgement;
        record_.signatures = seen.signatures;
        return check_identity();
    }

    /// Everything that a person may want back stands on stable storage before the first wipe.
    [[nodiscard]] Result<void> remember()
    {
        tell_("pre-image");
        std::error_code error;
        std::filesystem::create_directories(order_.folder, error);
        if (error) return fail(ErrorKind::Hold, "create " + order_.folder + ": " + error.message(), error.value());
        std::filesystem::permissions(order_.folder, std::filesystem::perms::owner_all, error);
        if (error) return fail(ErrorKind::Hold, "chmod " + order_.folder + ": " + error.message(), error.value());
        const std::string stem = free_stem(order_.folder + "/" + file_stem(record_));
        file_ = stem + ".json";
        auto first = first_bytes(device_);
        if (!first) return std::unexpected(first.error());
        record_.first_bytes = *first;
        const std::vector<Piece> head{{0, std::min(order_.head, order_.disk.size.count)}};
        auto head_now = take_pre_image(device_, head, order_.fill, "", {});
        if (!head_now) return std::unexpected(head_now.error());
        record_.head_evidence = head_now->evidence;
        record_.cut_short = cut_short_before(order_.folder, order_.disk, record_.boot_id, record_.head_evidence);
        record_.wiped_to = record_.cut_short ? record_.cut_short->wiped_to : 0;
        auto image = take_pre_image(device_, order_.pieces, order_.fill, stem + ".pre-image.gz", order_.pre_image_at_most);
        if (!image) return in_context("the pre-image", image.error());
        record_.pre_image = std::move(*image);
        return keep(record_, file_);
    }

    [[nodiscard]] Result<void> wipe_all()
    {
        const std::uint64_t size = order_.disk.size.count;
        const std::uint64_t head = std::min(order_.head, size);
        if (auto dropped = os::drop_partitions(device_, order_.disk, claim_); !dropped) return dropped;
        for (std::uint64_t at = std::clamp(record_.wiped_to, head, size); at < size;) {
            const std::uint64_t piece = std::min(stretch, size - at);
            if (auto ok = wipe(at, piece); !ok) return ok;
            at += piece;
            if (auto ok = progress(at, head, size); !ok) return ok;
        }
        if (auto flushed = device_.flush(); !flushed) return flushed;
        tell_("wiping the head");
        if (auto ok = wipe(0, head); !ok) return ok;
        return device_.flush();
    }

    [[nodiscard]] Result<void> wipe(std::uint64_t at, std::uint64_t size) const
    {
        if (auto same = check_identity(); !same) return same;
        if (auto done = device_.overwrite(at, size, order_.fill); !done) return done;
        return check_identity();
    }

    /// Says each percent once, and keeps it: what is on the record is on the drive.
    [[nodiscard]] Result<void> progress(std::uint64_t at, std::uint64_t head, std::uint64_t size)
    {
        const auto percent = static_cast<unsigned>(static_cast<double>(at - head) * 100 / static_cast<double>(size - head));
        if (percent == percent_ && at < size) return {};
        percent_ = percent;
        if (auto flushed = device_.flush(); !flushed) return flushed;
        record_.wiped_to = at;
        tell_(fmt::format("wiping: {} %", percent));
        return keep(record_, file_);
    }

    [[nodiscard]] Result<void> prove() const
    {
        tell_("proof");
        if (auto dropped = device_.drop_cache(); !dropped) return dropped;
        const Judgement judgement = opinion_.judge(opinion_.look(device_));
        if (!is_blank_already(judgement))
            return fail(ErrorKind::Hold, fmt::format("it was wiped and is still {}: {}", to_string(judgement.verdict),
                                                     judgement.reasons.empty() ? "" : judgement.reasons.front().sentence));
        return check_identity();
    }

    const os::BlockDevice& device_;
    const ReleaseOrder& order_;
    const ReleaseOpinion& opinion_;
    const TellRelease& tell_;
    ReleaseRecord& record_;
    os::DriveClaim claim_;
    std::string file_;
    unsigned percent_ = 0;
};

}  // namespace

Result<void> release(const os::BlockDevice& device, const ReleaseOrder& order, const ReleaseOpinion& opinion,
                     const TellRelease& tell, ReleaseRecord& record)
{
    record.disk = order.disk;
    record.begun_at = os::rfc3339_now();
    record.since_boot = os::microseconds_since_boot();
    return Release(device, order, opinion, tell, record).run();
}

Result<std::string> first_bytes(const os::BlockDevice& device)
{
    constexpr std::size_t shown = 64;
    os::AlignedBuffer buffer(4096);
    if (auto read = device.read(0, buffer.bytes()); !read) return std::unexpected(read.error());
    return hex(buffer.bytes().first(shown), shown);
}

}  // namespace footing
