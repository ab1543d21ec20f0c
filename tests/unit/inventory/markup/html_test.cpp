#include "inventory/markup/html.hpp"

#include <doctest/doctest.h>

using namespace footing::inventory;

namespace {
constexpr const char* lost = "\xEF\xBF\xBD";
}

TEST_CASE("text is escaped wherever it stands, and elements are not escaped again")
{
    const std::string evil = "<script>alert('1')</script>\"&";
    const std::string shown = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;";
    CHECK(Html(evil).markup() == shown);
    CHECK(el("p", {{"title", evil}}, evil, el("b", {}, evil)).markup() ==
          "<p title=\"" + shown + "\">" + shown + "<b>" + shown + "</b></p>");
    CHECK(all("a", el("br", {}), 7, "<").markup() == "a<br>7&lt;");
}

TEST_CASE("what is no UTF-8, controls, or turns the direction of writing becomes U+FFFD")
{
    for (const char* bad : {"\x01", "\x1b", "\x7f", "\x80", "\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x80\xae", "\xe2\x81\xa6"})
        CHECK_MESSAGE(escaped(std::string("a") + bad + "b").find(lost) == 1, bad);
    CHECK(escaped(std::string_view("\0", 1)) == lost);
    CHECK(escaped("Zürich \xf0\x9f\x92\xbe\ttab\nline") == "Zürich \xf0\x9f\x92\xbe\ttab\nline");
    CHECK(escaped("cut \xe2\x82") == std::string("cut ") + lost + lost);
}

TEST_CASE("an attribute without a value is there or not")
{
    CHECK(el("input", {{"type", "text"}, {"required", true}, {"checked", false}}).markup() == "<input type=\"text\" required=\"\">");
}

TEST_CASE("what is put into an address stays one segment or one value")
{
    CHECK((Url("/machines") / "a/b?c=1&d #\"<ü").text() == "/machines/a%2Fb%3Fc%3D1%26d%20%23%22%3C%C3%BC");
    CHECK((Url("/") / "x").with("q", "a&b=c").with("none", "").with("at", "2").text() == "/x?q=a%26b%3Dc&at=2");
    CHECK(el("a", {href(Url("/x").fragment("a b"))}, "x").markup() == "<a href=\"/x#a%20b\">x</a>");
}

TEST_CASE("only a path of ours is local")
{
    for (const char* elsewhere : {"", "x", "//evil", "/\\evil", "http://evil", "javascript:alert(1)", "/a b", "/a\n", "/\"", "/\x80"})
        CHECK_MESSAGE(!Url::local(elsewhere), elsewhere);
    CHECK(Url::local("/racks/par:A:1:R1?at=2026-01-01T00:00:00Z")->text() == "/racks/par:A:1:R1?at=2026-01-01T00:00:00Z");
}

TEST_CASE("a form's text is decoded once")
{
    CHECK(form_decoded("a+b%20c%2B%25zz%4") == "a b c+%zz%4");
    CHECK(form_decoded(percent_encoded("ü <&=+%>\n")) == "ü <&=+%>\n");
}
