/// HTML and SVG that can't hold unescaped text.
///
/// An Html is made from text, which is escaped, or by el() from other Html; there is no third way. Tag and attribute
/// names are literals that are checked when they are compiled: those that run scripts (on…), style or lead elsewhere
/// (href, src, action) can't be written; the latter take a Url. Bytes that are no UTF-8, control characters and those
/// that turn the direction of writing become U+FFFD, so that what a drive calls itself changes nothing around it.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "inventory/markup/url.hpp"

namespace footing::inventory {

/// Text as the content of an element or as the value of a quoted attribute.
std::string escaped(std::string_view text);

class Html {
public:
    Html() = default;
    template <typename T>
        requires std::convertible_to<const T&, std::string_view>
    Html(const T& text) : markup_(escaped(text))  // implicit: text is always welcome, and always escaped
    {
    }
    template <std::integral T>
        requires(!std::same_as<T, bool> && !std::same_as<T, char>)
    Html(T number) : markup_(std::to_string(number))
    {
    }

    Html& operator+=(const Html& next)
    {
        markup_ += next.markup_;
        return *this;
    }
    bool empty() const { return markup_.empty(); }
    const std::string& markup() const { return markup_; }

private:
    friend class Element;
    std::string markup_;
};

/// An element's name: lower case letters, digits and, within SVG, capitals.
class Tag {
public:
    consteval Tag(const char* name) : name_(name)
    {
        for (const char c : name_)
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) throw "no element's name";
        if (name_ == "style" || name_ == "iframe" || name_ == "object" || name_ == "embed" || name_.empty()) throw "not here";
    }
    std::string_view name() const { return name_; }

private:
    std::string_view name_;
};

class AttributeName {
public:
    consteval AttributeName(const char* name) : name_(name)
    {
        for (const char c : name_)
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-')) throw "no attribute's name";
        if (name_.starts_with("on") || name_ == "style" || name_ == "srcdoc" || name_ == "http-equiv") throw "it would run or draw what it says";
        if (name_ == "href" || name_ == "src" || name_ == "action" || name_ == "formaction") throw "it takes a Url";
    }
    std::string_view name() const { return name_; }

private:
    std::string_view name_;
};

class Attribute {
public:
    Attribute(AttributeName name, std::string_view value) { set(name.name(), value); }
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    Attribute(AttributeName name, T number)
    {
        set(name.name(), std::to_string(number));
    }
    /// One without a value, that is there or not: `{"checked", is_so}`.
    template <std::same_as<bool> T>
    Attribute(AttributeName name, T there)
    {
        if (there) text_ = ' ' + std::string(name.name()) + "=\"\"";
    }
    friend Attribute href(const Url& url) { return {url, "href"}; }
    friend Attribute src(const Url& url) { return {url, "src"}; }
    friend Attribute action(const Url& url) { return {url, "action"}; }

    const std::string& text() const { return text_; }

private:
    Attribute(const Url& url, std::string_view name) { set(name, url.text()); }
    void set(std::string_view name, std::string_view value)
    {
        text_.append(" ").append(name).append("=\"").append(escaped(value)).append("\"");
    }
    std::string text_;
};

using Attributes = std::vector<Attribute>;
Attribute href(const Url& url);
Attribute src(const Url& url);
Attribute action(const Url& url);
inline Attribute cls(std::string_view names) { return {"class", names}; }

/// Rules that stand in the source, for a drawing that is a file of its own.
class Css {
public:
    consteval Css(const char* rules) : rules_(rules)
    {
        if (rules_.find('<') != std::string_view::npos || rules_.find('@') != std::string_view::npos) throw "no plain rules";
    }
    std::string_view rules() const { return rules_; }

private:
    std::string_view rules_;
};

/// Builds one element; use el().
class Element {
public:
    Element(Tag tag, const Attributes& attributes);
    void add(const Html& child) { html_.markup_ += child.markup_; }
    Html end(Tag tag);
    /// A page: the doctype before its html element.
    static Html document(const Html& html);
    static Html style(Css css);

private:
    Html html_;
};

template <typename... Children>
Html el(Tag tag, const Attributes& attributes, const Children&... children)
{
    Element element(tag, attributes);
    (element.add(Html(children)), ...);
    return element.end(tag);
}

/// All of them, one after the other.
template <typename... Parts>
Html all(const Parts&... parts)
{
    Html out;
    ((out += Html(parts)), ...);
    return out;
}

}  // namespace footing::inventory
