/// Wire types to and from nlohmann::json values; what `json.hpp` is made of, and what the inventory keeps sections as.
///
/// Reading never throws: the first thing that is wrong is kept as a sentence with its JSON pointer (RFC 6901).
#pragma once

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/model/result.hpp"
#include "inventory/wire/fields.hpp"
#include "inventory/wire/text_writer.hpp"
#include "inventory/wire/words.hpp"

namespace footing::wire {

class Writer {
public:
    template <typename T>
    void required(const char* key, const T& value)
    {
        object_[key] = json_of(value);
    }
    template <typename T>
    void optional(const char* key, const T& value)
    {
        required(key, value);
    }
    template <typename T>
    void optional(const char* key, const std::optional<T>& value)
    {
        if (value) required(key, *value);
    }

    template <typename T>
    static Json json_of(const T& value)
    {
        if constexpr (std::is_enum_v<T>) {
            return word_of(value);
        } else if constexpr (requires { Json(value); } && !requires(Writer& w) { fields(w, value); }) {
            return Json(value);
        } else {
            Writer writer;
            fields(writer, value);
            return std::move(writer.object_);
        }
    }
    template <typename T>
    static Json json_of(const std::vector<T>& list)
    {
        Json array = Json::array();
        for (const auto& item : list) array.push_back(json_of(item));
        return array;
    }
    static Json json_of(const std::map<std::string, std::string>& map)
    {
        Json object = Json::object();
        for (const auto& [key, value] : map) object[key] = value;
        return object;
    }
    template <typename T>
    static Json json_of(const Section<T>& section)
    {
        Json object{{"status", word_of(section.status)}, {"tool", section.tool}};
        if (section.error) object["error"] = *section.error;
        if (section.status == SectionStatus::Ok || section.data != T{}) object["data"] = json_of(section.data);
        return object;
    }

private:
    Json object_ = Json::object();
};

class Reader {
public:
    Reader(const Json& value, std::string& error) : Reader(value, nullptr, "", error) {}

    template <typename T>
    void required(const char* key, T& out)
    {
        const auto found = value_.find(key);
        if (found == value_.end()) return complain(pointer() + "/" + key, "is missing");
        at(key, *found).read(out);
    }
    template <typename T>
    void optional(const char* key, T& out)
    {
        const auto found = value_.find(key);
        if (found != value_.end() && !found->is_null()) at(key, *found).read(out);
    }
    template <typename T>
    void optional(const char* key, std::optional<T>& out)
    {
        const auto found = value_.find(key);
        if (found != value_.end() && !found->is_null()) at(key, *found).read(out.emplace());
    }

    void read(std::string& out)
    {
        if (!value_.is_string()) return wanted("a string");
        out = value_.get_ref<const std::string&>();
        // No database takes U+0000 in a text; drives do send it as padding.
        for (std::size_t at; (at = out.find('\0')) != std::string::npos;) out.replace(at, 1, "\xEF\xBF\xBD");
    }
    void read(bool& out)
    {
        if (!value_.is_boolean()) return wanted("true or false");
        out = value_.get<bool>();
    }
    void read(double& out)
    {
        if (!value_.is_number()) return wanted("a number");
        out = value_.get<double>();
    }
    template <std::integral T>
    void read(T& out)
    {
        if (value_.is_number_unsigned()) {
            const auto number = value_.get<std::uint64_t>();
            if (!std::in_range<T>(number)) return wanted("a smaller integer");
            out = static_cast<T>(number);
        } else if (value_.is_number_integer() && std::in_range<T>(value_.get<std::int64_t>())) {
            out = static_cast<T>(value_.get<std::int64_t>());
        } else if (const auto whole = whole_number(); whole && std::in_range<T>(*whole)) {
            out = static_cast<T>(*whole);
        } else {
            wanted(std::is_signed_v<T> ? "an integer" : "an integer from 0");
        }
    }
    template <typename E>
        requires std::is_enum_v<E>
    void read(E& out)
    {
        std::string text, known;
        read(text);
        for (const auto& [member, word] : words_of(E{})) {
            if (text == word) {
                out = member;
                return;
            }
            known += known.empty() ? word : std::string(", ") + word;
        }
        wanted("one of " + known);
    }
    void read(std::map<std::string, std::string>& out)
    {
        if (!value_.is_object()) return wanted("an object");
        for (const auto& [key, item] : value_.items()) at(key, item).read(out[key]);
    }
    template <typename T>
    void read(std::vector<T>& out)
    {
        if (!value_.is_array()) return wanted("an array");
        out.clear();
        for (std::size_t i = 0; i < value_.size(); ++i) at(std::to_string(i), value_[i]).read(out.emplace_back());
    }
    /// A section that can't be understood is one that failed: it refuses no report, and erases nothing.
    template <typename T>
    void read(Section<T>& out)
    {
        std::string wrong;
        Reader(value_, parent_, key_, wrong).read_section(out);
        if (wrong.empty()) return;
        out = {};
        out.status = SectionStatus::Failed;
        out.error = wrong;
    }
    template <typename T>
        requires requires(Reader& r, T& t) { fields(r, t); }
    void read(T& out)
    {
        if (!value_.is_object()) return wanted("an object");
        fields(*this, out);
    }

private:
    template <typename T>
    void read_section(Section<T>& out)
    {
        if (!value_.is_object()) return wanted("an object");
        required("status", out.status);
        optional("tool", out.tool);
        optional("error", out.error);
        if (out.status == SectionStatus::Ok) required("data", out.data);
        else optional("data", out.data);
    }
    Reader(const Json& value, const Reader* parent, std::string_view key, std::string& error)
        : value_(value), parent_(parent), key_(key), error_(error)
    {
    }
    /// 1.0 and 1e3, which JSON doesn't tell from 1 and 1000; up to where a double has no fractions left.
    std::optional<std::int64_t> whole_number() const
    {
        constexpr double most = 9007199254740992;  // 2^53
        const double number = value_.is_number_float() ? value_.get<double>() : 0.5;
        if (std::abs(number) > most || std::trunc(number) != number) return {};
        return static_cast<std::int64_t>(number);
    }
    /// For one expression: it knows this one and the key by their addresses.
    Reader at(std::string_view key, const Json& value) const { return {value, this, key, error_}; }
    std::string pointer() const
    {
        if (parent_ == nullptr) return "";
        std::string out = parent_->pointer() + "/";
        for (char c : key_) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
        return out;
    }
    void complain(const std::string& where, const std::string& what)
    {
        if (error_.empty()) error_ = (where.empty() ? "the document" : where) + " " + what;
    }
    void wanted(const std::string& what)
    {
        complain(pointer(), fmt::format("is {}, expected {}", value_.type_name(), what));
    }

    const Json& value_;
    const Reader* parent_;
    std::string_view key_;
    std::string& error_;
};

/// Deeper than anything the wire has, shallow enough for whoever walks a document by recursion.
inline constexpr int deepest = 32;

/// Whether arrays and objects stand in each other more than `deepest` times.
inline bool too_deep(std::string_view text)
{
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            else quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > deepest) return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

/// Under that key; empty: there is no object, no such key, or something other than a text.
inline std::string text_at(const Json& object, std::string_view key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// A document that somebody sent.
inline Result<Json> parsed(std::string_view text)
{
    if (too_deep(text)) return fail(ErrorKind::Refuse, fmt::format("the JSON is nested more than {} deep", deepest));
    try {
        return Json::parse(text);
    } catch (const nlohmann::json::exception& e) {
        return fail(ErrorKind::Refuse, fmt::format("not JSON: {}", e.what()));
    }
}

template <typename T>
Result<T> read(std::string_view text)
{
    const auto value = parsed(text);
    if (!value) return std::unexpected(value.error());
    T out{};
    std::string error;
    Reader(*value, error).read(out);
    if (!error.empty()) return fail(ErrorKind::Refuse, error);
    return out;
}

}  // namespace footing::wire
