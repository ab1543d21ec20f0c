#include "agent/config/yaml_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "agent/config/duration.hpp"
#include "agent/config/spelling.hpp"

namespace footing::config {
namespace {

/// yaml-cpp's tag of a scalar without quotes; "!" is one with quotes, which is always text.
bool is_plain(const YAML::Node& node)
{
    return node.Tag() == "?" || node.Tag().empty();
}

std::string found(const YAML::Node& node)
{
    if (node.IsMap()) return "a mapping";
    if (node.IsSequence()) return "a list";
    if (node.IsScalar()) return "'" + node.Scalar() + "'";
    return "nothing";
}

void wrong_type(const Value& value, std::string_view expected, Problems& problems)
{
    problems.add(value.at, fmt::format("'{}' must be {}, found {}", value.name, expected, found(value.node)));
}

bool has_control_character(std::string_view text)
{
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

void Problems::add(const YAML::Mark& at, std::string sentence)
{
    list_.push_back({std::max(at.line, 0) + 1, std::max(at.column, 0) + 1, std::move(sentence)});
}

std::string Problems::text(const std::string& origin) const
{
    auto sorted = list_;
    std::ranges::stable_sort(sorted, {}, [](const Problem& p) { return std::pair(p.line, p.column); });
    std::string lines;
    for (const auto& p : sorted)
        lines += fmt::format("{}{}:{}:{}: {}", lines.empty() ? "" : "\n", origin, p.line, p.column, p.sentence);
    return lines;
}

std::optional<std::string> text_of(const Value& value, Problems& problems)
{
    const auto& node = value.node;
    const bool word = node.IsScalar() && is_plain(node) && (node.Scalar() == "true" || node.Scalar() == "false");
    if (!node.IsScalar() || word) {
        wrong_type(value, "text", problems);
        return std::nullopt;
    }
    if (node.Scalar().empty()) {
        problems.add(node.Mark(), fmt::format("'{}' is empty", value.name));
        return std::nullopt;
    }
    if (has_control_character(node.Scalar())) {
        problems.add(node.Mark(), fmt::format("'{}' holds a control character", value.name));
        return std::nullopt;
    }
    return node.Scalar();
}

std::optional<bool> flag_of(const Value& value, Problems& problems)
{
    if (value.node.IsScalar() && is_plain(value.node)) {
        if (value.node.Scalar() == "true") return true;
        if (value.node.Scalar() == "false") return false;
    }
    wrong_type(value, "true or false", problems);
    return std::nullopt;
}

std::optional<std::uint64_t> number_of(const Value& value, std::uint64_t least, std::uint64_t most, Problems& problems)
{
    if (value.node.IsScalar() && is_plain(value.node)) {
        std::string_view digits = value.node.Scalar();
        const bool hex = digits.starts_with("0x");
        if (hex) digits.remove_prefix(2);
        std::uint64_t number = 0;
        const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
        if (error == std::errc{} && rest == digits.data() + digits.size() && number >= least && number <= most)
            return number;
    }
    wrong_type(value, fmt::format("a whole number from {} to {}", least, most), problems);
    return std::nullopt;
}

std::optional<Bytes> size_of(const Value& value, Problems& problems)
{
    if (value.node.IsScalar())
        if (const auto size = parse_bytes(value.node.Scalar())) return size;
    wrong_type(value, "a size such as '500 GB' or '1 TiB'", problems);
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> duration_of(const Value& value, Problems& problems)
{
    if (value.node.IsScalar())
        if (const auto duration = parse_duration(value.node.Scalar())) return duration;
    wrong_type(value, "a time such as '500 ms', '30 s', '10 min' or '1 h'", problems);
    return std::nullopt;
}

std::vector<Value> items_of(const Value& value, const std::string& item_name, Problems& problems)
{
    std::vector<Value> items;
    if (value.node.IsSequence())
        for (const auto& item : value.node) items.push_back({item, item_name, item.IsNull() ? value.at : item.Mark()});
    else
        wrong_type(value, "a list", problems);
    return items;
}

std::vector<std::string> texts_of(const Value& value, Problems& problems)
{
    std::vector<std::string> texts;
    if (!value.node.IsSequence()) {
        if (auto text = text_of(value, problems)) texts.push_back(std::move(*text));
        return texts;
    }
    if (value.node.size() == 0) problems.add(value.at, fmt::format("'{}' is an empty list", value.name));
    for (const auto& item : items_of(value, value.name, problems))
        if (auto text = text_of(item, problems)) texts.push_back(std::move(*text));
    return texts;
}

std::optional<std::size_t> word_of(const Value& value, std::span<const std::string_view> words, Problems& problems)
{
    if (value.node.IsScalar()) {
        const auto it = std::ranges::find(words, value.node.Scalar());
        if (it != words.end()) return static_cast<std::size_t>(it - words.begin());
    }
    wrong_type(value, fmt::format("one of: {}", fmt::join(words, ", ")), problems);
    return std::nullopt;
}

Mapping::Mapping(Value value, Problems& problems) : value_(std::move(value)), problems_(problems)
{
    if (!value_.node.IsMap()) {
        wrong_type(value_, "a mapping", problems_);
        return;
    }
    usable_ = true;
    for (const auto& entry : value_.node) {
        const YAML::Node& key = entry.first;
        if (!key.IsScalar()) {
            problems_.add(key.Mark(), fmt::format("a key must be a word, found {}", found(key)));
            continue;
        }
        const auto first = std::ranges::find(keys_, key.Scalar(), &std::pair<std::string, YAML::Node>::first);
        if (first == keys_.end())
            keys_.emplace_back(key.Scalar(), key);
        else
            problems_.add(key.Mark(), fmt::format("key '{}' is given twice, first in line {}", key.Scalar(),
                                                  first->second.Mark().line + 1));
    }
}

std::optional<Value> Mapping::find(std::string_view key)
{
    asked_.emplace_back(key);
    if (!usable_) return std::nullopt;
    for (const auto& entry : value_.node)
        if (entry.first.IsScalar() && entry.first.Scalar() == key)
            return Value{entry.second, std::string(key), entry.second.IsNull() ? entry.first.Mark() : entry.second.Mark()};
    return std::nullopt;
}

std::optional<Value> Mapping::need(std::string_view key)
{
    auto value = find(key);
    if (!value && usable_) problems_.add(mark(), fmt::format("'{}' is missing in {}", key, value_.name));
    return value;
}

YAML::Mark Mapping::mark(std::string_view key) const
{
    const auto it = std::ranges::find(keys_, key, &std::pair<std::string, YAML::Node>::first);
    return it == keys_.end() ? mark() : it->second.Mark();
}

void Mapping::finish()
{
    for (const auto& [key, node] : keys_) {
        if (std::ranges::contains(asked_, key)) continue;
        const auto near = nearest(key, asked_);
        problems_.add(node.Mark(), near ? fmt::format("unknown key '{}' in {} (did you mean '{}'?)", key, value_.name, *near)
                                        : fmt::format("unknown key '{}' in {}; it takes: {}", key, value_.name,
                                                      fmt::join(asked_, ", ")));
    }
}

}  // namespace footing::config
