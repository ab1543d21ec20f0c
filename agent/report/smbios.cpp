#include <algorithm>
#include <array>
#include <string_view>

#include "agent/os/files.hpp"
#include "agent/report/collect.hpp"

namespace footing::report {
namespace {

namespace fs = std::filesystem;

/// One structure as the kernel gives it (drivers/firmware/dmi-sysfs.c, "raw"): the formatted part, then the strings.
class Structure {
public:
    explicit Structure(std::string raw) : raw_(std::move(raw)) {}

    std::uint64_t number(std::size_t at, std::size_t bytes) const
    {
        std::uint64_t value = 0;
        if (at + bytes > formatted()) return 0;
        for (std::size_t i = bytes; i > 0; --i) value = value << 8 | static_cast<unsigned char>(raw_[at + i - 1]);
        return value;
    }
    std::string text(std::size_t at) const
    {
        const auto wanted = number(at, 1);
        std::size_t from = formatted();
        for (std::uint64_t n = 1; wanted != 0 && from < raw_.size() && raw_[from] != '\0'; ++n) {
            const auto end = std::min(raw_.find('\0', from), raw_.size());
            if (n == wanted) return trimmed(std::string_view(raw_).substr(from, end - from));
            from = end + 1;
        }
        return {};
    }

private:
    std::size_t formatted() const { return raw_.size() < 4 ? 0 : std::min<std::size_t>(static_cast<unsigned char>(raw_[1]), raw_.size()); }
    static std::string trimmed(std::string_view text)
    {
        while (text.starts_with(' ')) text.remove_prefix(1);
        while (text.ends_with(' ')) text.remove_suffix(1);
        return std::string(text);
    }

    std::string raw_;
};

/// DMTF DSP0134, 7.18.5: bit 15 counts in KiB, 0x7fff points to the extended size in MiB, 0xffff is unknown.
std::uint64_t size_of(const Structure& dimm)
{
    const auto size = dimm.number(0x0c, 2);
    if (size == 0xffff) return 0;
    if (size == 0x7fff) return (dimm.number(0x1c, 4) & 0x7fffffff) << 20;
    return (size & 0x8000) != 0 ? (size & 0x7fff) << 10 : size << 20;
}

}  // namespace

std::string location_in_chassis(const fs::path& root)
{
    const auto raw = os::read_file(root / "sys/firmware/dmi/entries/2-0/raw");
    return raw ? Structure(*raw).text(0x0a) : "";
}

wire::Section<std::vector<wire::Dimm>> collect_memory(const fs::path& root)
{
    wire::Section<std::vector<wire::Dimm>> section;
    section.tool = "sysfs";
    const auto folder = root / "sys/firmware/dmi/entries";
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) {
        section.error = "the kernel has no " + folder.string();  // dmi-sysfs isn't loaded: nothing is said
        return section;
    }
    for (const auto& name : os::list_folder(folder)) {
        if (!name.starts_with("17-")) continue;
        const auto raw = os::read_file(folder / name / "raw");
        if (!raw) {
            section.status = wire::SectionStatus::Failed;
            section.error = raw.error().message;
            section.data.clear();
            return section;
        }
        const Structure dimm(*raw);
        if (dimm.number(0x0c, 2) == 0) continue;  // an empty socket
        section.data.push_back({dimm.text(0x10), dimm.text(0x17), dimm.text(0x1a), dimm.text(0x18), size_of(dimm)});
    }
    std::ranges::sort(section.data, {}, &wire::Dimm::locator);
    section.status = section.data.empty() ? wire::SectionStatus::Empty : wire::SectionStatus::Ok;
    return section;
}

}  // namespace footing::report
