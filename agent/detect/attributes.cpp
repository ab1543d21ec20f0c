#include "agent/detect/attributes.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "agent/os/files.hpp"

namespace footing {
namespace {

namespace fs = std::filesystem;

// "size/transport": nvme_transport.cpp asks every entry, most of which are files.
bool is_absent(int error) { return error == ENOENT || error == ENOTDIR; }

}  // namespace

void Attributes::note(const std::string& name, int error) { unread_.push_back({name, error}); }

std::optional<std::string> Attributes::bytes(const std::string& name, std::initializer_list<int> none)
{
    auto content = os::read_file(folder_ / name);
    if (content) return *std::move(content);
    const int error = content.error().code;
    if (!is_absent(error) && std::ranges::find(none, error) == none.end()) note(name, error);
    return std::nullopt;
}

std::optional<std::string> Attributes::text(const std::string& name, std::initializer_list<int> none)
{
    auto content = bytes(name, none);
    if (content) content = os::without_blanks(std::move(*content));
    return content;
}

std::optional<std::uint64_t> Attributes::number(const std::string& name)
{
    const auto digits = text(name);
    if (!digits) return std::nullopt;
    std::uint64_t value = 0;
    const char* end = digits->data() + digits->size();
    const auto [rest, error] = std::from_chars(digits->data(), end, value);
    if (error == std::errc{} && rest == end) return value;
    note(name, EINVAL);
    return std::nullopt;
}

std::string Attributes::required_text(const std::string& name)
{
    const std::size_t notes = unread_.size();
    auto value = text(name);
    if (!value && unread_.size() == notes) note(name, ENOENT);
    return value.value_or("");
}

std::uint64_t Attributes::required_number(const std::string& name)
{
    const std::size_t notes = unread_.size();
    const auto value = number(name);
    if (!value && unread_.size() == notes) note(name, ENOENT);
    return value.value_or(0);
}

std::vector<std::string> Attributes::names(const std::string& name)
{
    auto found = os::read_folder(folder_ / name);
    if (found) return *std::move(found);
    if (!is_absent(found.error().code)) note(name, found.error().code);
    return {};
}

std::vector<std::string> Attributes::required_names(const std::string& name)
{
    const std::size_t notes = unread_.size();
    auto found = names(name);
    if (found.empty() && unread_.size() == notes) note(name, ENODEV);
    return found;
}

fs::path Attributes::target()
{
    std::error_code error;
    fs::path address = fs::canonical(folder_, error);
    if (error) note(".", error.value());
    return address;
}

}  // namespace footing
