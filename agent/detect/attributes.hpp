/// The attributes of one drive in sysfs. One that isn't there is absent; one that is there and can't be read is noted
/// with its errno, and never passes for absent: a drive with such a note is unreadable.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/disk.hpp"

namespace footing {

class Attributes {
public:
    /// Notes go into `unread`, which outlives this.
    Attributes(std::filesystem::path folder, std::vector<Unread>& unread) : folder_(std::move(folder)), unread_(unread) {}

    /// Without blanks around it; nothing if there is no such file, or if its driver answers with one of `none`.
    std::optional<std::string> text(const std::string& name, std::initializer_list<int> none = {});
    std::optional<std::string> bytes(const std::string& name, std::initializer_list<int> none = {});  ///< as it is

    /// Something that isn't a number can't be read either.
    std::optional<std::uint64_t> number(const std::string& name);
    bool flag(const std::string& name) { return number(name).value_or(0) != 0; }

    /// What every drive has: absent is noted too.
    std::string required_text(const std::string& name);
    std::uint64_t required_number(const std::string& name);

    /// Names in a folder, sorted.
    std::vector<std::string> names(const std::string& name);
    std::vector<std::string> required_names(const std::string& name);  ///< none is ENODEV

    /// Where the link behind the folder leads.
    std::filesystem::path target();

private:
    void note(const std::string& name, int error);

    std::filesystem::path folder_;
    std::vector<Unread>& unread_;
};

}  // namespace footing
