/// YAML as typed values with positions: for the sources of config/ only (it shows yaml-cpp's types).
///
/// Every problem is collected with line and column and reading goes on, so that one run of a person's editor mends
/// them all. A key that was never asked for is unknown: the list of known keys writes itself.
#pragma once

#include <yaml-cpp/yaml.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/model/units.hpp"

namespace footing::config {

/// Everything that is wrong with one file.
class Problems {
public:
    void add(const YAML::Mark& at, std::string sentence);
    [[nodiscard]] bool empty() const { return list_.empty(); }
    /// "origin:line:column: sentence", one a line, in the order of the file.
    [[nodiscard]] std::string text(const std::string& origin) const;

private:
    struct Problem {
        int line = 0, column = 0;  // from 1
        std::string sentence;
    };
    std::vector<Problem> list_;
};

/// One value and the name it goes by in messages.
struct Value {
    YAML::Node node;
    std::string name;
    YAML::Mark at = node.Mark();  // of its key, when nothing stands behind that
};

// Each of these says what is wrong to `problems` and returns nothing for a value of another type.
std::optional<std::string> text_of(const Value& value, Problems& problems);
std::optional<bool> flag_of(const Value& value, Problems& problems);
std::optional<std::uint64_t> number_of(const Value& value, std::uint64_t least, std::uint64_t most, Problems& problems);
std::optional<Bytes> size_of(const Value& value, Problems& problems);
std::optional<std::chrono::milliseconds> duration_of(const Value& value, Problems& problems);
/// One text or a list of texts, not empty.
std::vector<std::string> texts_of(const Value& value, Problems& problems);
/// The index in `words`.
std::optional<std::size_t> word_of(const Value& value, std::span<const std::string_view> words, Problems& problems);
/// The members of a list; empty (and a problem) for anything else.
std::vector<Value> items_of(const Value& value, const std::string& item_name, Problems& problems);

/// One mapping. Keys given twice and keys that aren't words are problems at once; unknown ones at finish().
class Mapping {
public:
    Mapping(Value value, Problems& problems);

    /// The value of `key`, if it is there.
    std::optional<Value> find(std::string_view key);
    /// The same; that it isn't there is a problem.
    std::optional<Value> need(std::string_view key);
    /// Where this mapping, or one of its keys, stands.
    [[nodiscard]] YAML::Mark mark() const { return value_.node.Mark(); }
    [[nodiscard]] YAML::Mark mark(std::string_view key) const;
    /// False when the value was no mapping at all: what is missing in it is then not worth a message.
    [[nodiscard]] bool usable() const { return usable_; }
    /// Every key that nobody asked for is a problem, with the nearest known one.
    void finish();

private:
    Value value_;
    Problems& problems_;
    bool usable_ = false;
    std::vector<std::pair<std::string, YAML::Node>> keys_;  // the key's own node, for its position
    std::vector<std::string> asked_;
};

}  // namespace footing::config
