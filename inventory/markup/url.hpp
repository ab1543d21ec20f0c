/// Addresses of our own pages. What is put into one is percent-encoded; one that leads elsewhere can't be made.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace footing::inventory {

/// A path that stands in the source: "/machines". Checked when it is compiled.
class Path {
public:
    consteval Path(const char* path) : text_(path)
    {
        if (!text_.starts_with('/') || text_.starts_with("//")) throw "a path of ours begins with one slash";
        for (const char c : text_)
            if (c <= ' ' || c == '"' || c == '<' || c == '\\' || c == '#') throw "no path";
    }
    std::string_view text() const { return text_; }

private:
    std::string_view text_;
};

class Url {
public:
    Url(Path path) : text_(path.text()) {}
    /// What somebody sent, when it is a path of ours; nothing when it leads elsewhere.
    static std::optional<Url> local(std::string_view text);

    /// One more segment.
    Url operator/(std::string_view segment) const;
    /// One more parameter; an empty value adds none.
    Url with(std::string_view name, std::string_view value) const;
    Url fragment(std::string_view name) const;
    /// A place on the page itself: "#main".
    static Url here(std::string_view name);

    const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// RFC 3986: all but unreserved characters and ':' as %XX.
std::string percent_encoded(std::string_view text);

/// The reverse of application/x-www-form-urlencoded: '+' is a blank, %XX a byte. A broken escape stays as it is.
std::string form_decoded(std::string_view text);

}  // namespace footing::inventory
