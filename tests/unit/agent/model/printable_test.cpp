#include "agent/model/printable.hpp"

#include <doctest/doctest.h>

using footing::printable;

TEST_CASE("what a terminal shows stays as it is")
{
    CHECK(printable("") == "");
    CHECK(printable("ST8000NM0055 ZL2A0Q7X\nbyte 6 is not blank: 6f …") == "ST8000NM0055 ZL2A0Q7X\nbyte 6 is not blank: 6f …");
    CHECK(printable("\xC2\xA0\xED\x9F\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF") == "\xC2\xA0\xED\x9F\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
}

TEST_CASE("what a terminal would act on is spelled out")
{
    CHECK(printable("\x1b[2J\x1b]0;x\x07") == "\\x1b[2J\\x1b]0;x\\x07");
    CHECK(printable("a\rb\tc\x7f") == "a\\x0db\\x09c\\x7f");
    CHECK(printable("\xC2\x9B" "31m") == "\\xc2\\x9b31m");  // CSI as one C1 control
    CHECK(printable(std::string("a\0b", 3)) == "a\\x00b");
}

TEST_CASE("bytes that are no UTF-8 are spelled out")
{
    CHECK(printable("ZL2A\xff\xfe") == "ZL2A\\xff\\xfe");
    CHECK(printable("\xC0\x80") == "\\xc0\\x80");           // overlong
    CHECK(printable("\xED\xA0\x80") == "\\xed\\xa0\\x80");  // surrogate
    CHECK(printable("\xF4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
    CHECK(printable("\xE2\x80") == "\\xe2\\x80");           // cut
}
