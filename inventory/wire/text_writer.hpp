/// Wire types straight to JSON text: byte for byte what text_of(Writer::json_of(value)) gives, without a document between.
///
/// The inventory keeps sections as such texts and compares them; an agent and the inventory compare their digests.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "inventory/wire/fields.hpp"
#include "inventory/wire/words.hpp"

namespace footing::wire {

using Json = nlohmann::ordered_json;

/// Text of a JSON value; bytes that aren't UTF-8 (a broken serial) become U+FFFD.
inline std::string text_of(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

class TextWriter {
public:
    template <typename T>
    void required(std::string_view key, const T& value)
    {
        begin_member(key);
        put(value);
    }
    template <typename T>
    void optional(std::string_view key, const T& value)
    {
        required(key, value);
    }
    template <typename T>
    void optional(std::string_view key, const std::optional<T>& value)
    {
        if (value) required(key, *value);
    }

    void put(std::string_view text)
    {
        const auto plain = [](unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
        if (!std::ranges::all_of(text, plain)) {
            out_ += text_of(Json(text));
            return;
        }
        out_ += '"';
        out_ += text;
        out_ += '"';
    }
    void put(const std::string& text) { put(std::string_view(text)); }
    void put(const char* text) { put(std::string_view(text)); }
    void put(bool value) { out_ += value ? "true" : "false"; }
    void put(double value) { out_ += text_of(Json(value)); }
    template <std::integral T>
    void put(T value)
    {
        fmt::format_to(std::back_inserter(out_), "{}", value);
    }
    template <typename E>
        requires std::is_enum_v<E>
    void put(E value)
    {
        put(word_of(value));
    }
    template <typename T>
    void put(const std::vector<T>& list)
    {
        out_ += '[';
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (i != 0) out_ += ',';
            put(list[i]);
        }
        out_ += ']';
    }
    void put(const std::map<std::string, std::string>& map)
    {
        begin_object();
        for (const auto& [key, value] : map) required(key, value);
        end_object();
    }
    template <typename T>
    void put(const Section<T>& section)
    {
        begin_object();
        required("status", section.status);
        required("tool", section.tool);
        optional("error", section.error);
        if (section.status == SectionStatus::Ok || section.data != T{}) required("data", section.data);
        end_object();
    }
    template <typename T>
        requires requires(TextWriter& w, const T& t) { fields(w, t); }
    void put(const T& value)
    {
        begin_object();
        fields(*this, value);
        end_object();
    }

    std::string take() { return std::move(out_); }

private:
    void begin_object()
    {
        out_ += '{';
        first_ = true;
    }
    void begin_member(std::string_view key)
    {
        if (!first_) out_ += ',';
        put(key);
        out_ += ':';
        first_ = false;
    }
    void end_object()
    {
        out_ += '}';
        first_ = false;  // the object around it has this member
    }

    std::string out_;
    bool first_ = true;
};

template <typename T>
std::string write(const T& value)
{
    TextWriter writer;
    writer.put(value);
    return writer.take();
}

}  // namespace footing::wire
