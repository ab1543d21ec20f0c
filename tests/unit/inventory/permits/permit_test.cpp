#include "inventory/permits/permit.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <set>

#include "tests/unit/inventory/permits/builder.hpp"

using namespace footing;
using namespace footing::permits;

TEST_CASE("what is signed is these bytes")
{
    CHECK(signed_text(some_permit()) ==
          "footing permit 1\n"
          "id:36:0b1c2d3e-0000-4000-8000-00000000000a\n"
          "cluster:5:par-1\n"
          "machine:36:11111111-1111-1111-1111-111111111111\n"
          "vendor:4:ACME\n"
          "model:3:HD8\n"
          "serial:8:ZL2A0sda\n"
          "wwn:20:naa.5000c500a1b2c310\n"
          "size:13:8796093022208\n"
          "evidence:64:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\n"
          "issued_at:24:2026-11-21T08:00:00.000Z\n"
          "expires_at:24:2026-11-21T20:00:00.000Z\n"
          "nonce:32:00000000000000000000000000000000\n"
          "key_id:16:1111111111111111\n");
}

TEST_CASE("no two permits have the same signed bytes: no value passes for another field")
{
    const std::vector<std::function<void(Permit&)>> changes{
        [](Permit&) {}, [](Permit& p) { p.id.back() = 'b'; }, [](Permit& p) { p.cluster = "par-2"; }, [](Permit& p) { p.machine.clear(); },
        [](Permit& p) { p.drive.vendor.clear(); }, [](Permit& p) { p.drive.model = "HD9"; }, [](Permit& p) { p.drive.serial += "\nwwn:0:"; },
        [](Permit& p) { p.drive.wwn.clear(); }, [](Permit& p) { p.size += 512; }, [](Permit& p) { p.evidence.back() = 'f'; },
        [](Permit& p) { p.issued_at[3] = '5'; }, [](Permit& p) { p.expires_at[3] = '7'; }, [](Permit& p) { p.nonce.back() = '1'; },
        [](Permit& p) { p.key_id.back() = '2'; }, [](Permit& p) { std::swap(p.drive.vendor, p.drive.model); },
        [](Permit& p) { p.drive.model = "HD8\nserial:8:ZL2A0sda\nwwn:0:\n"; },
    };
    std::set<std::string> texts;
    for (const auto& change : changes) {
        Permit permit = some_permit();
        change(permit);
        texts.insert(signed_text(permit));
    }
    CHECK(texts.size() == changes.size());
}

TEST_CASE("a permit survives its JSON; one with a field that is missing, malformed or too long is refused")
{
    CHECK(permit_from_json(to_json(some_permit())) == some_permit());
    const std::vector<std::function<void(Permit&)>> wrong{
        [](Permit& p) { p.schema = "footing/permit/2"; }, [](Permit& p) { p.id = "7"; }, [](Permit& p) { p.id = "0B1C2D3E-0000-4000-8000-00000000000A"; },
        [](Permit& p) { p.machine = "a machine"; }, [](Permit& p) { p.cluster.clear(); }, [](Permit& p) { p.drive.serial.clear(); },
        [](Permit& p) { p.drive.model = std::string(257, 'x'); }, [](Permit& p) { p.size = 0; }, [](Permit& p) { p.evidence.pop_back(); },
        [](Permit& p) { p.evidence[0] = 'E'; }, [](Permit& p) { p.issued_at = "today"; }, [](Permit& p) { p.expires_at = "2026-11-21T20:00:00+01:00"; },
        [](Permit& p) { p.nonce.clear(); }, [](Permit& p) { p.key_id += "0"; }, [](Permit& p) { p.signature[5] = 'g'; },
    };
    for (std::size_t i = 0; i < wrong.size(); ++i) {
        CAPTURE(i);
        Permit permit = some_permit();
        wrong[i](permit);
        const auto read = permit_from_json(to_json(permit));
        REQUIRE_FALSE(read);
        CHECK(read.error().kind == ErrorKind::Refuse);
    }
    for (const char* text : {"", "{}", "[]", "null", "{\"schema\": \"footing/permit/1\"}"}) CHECK_FALSE(permit_from_json(text));
    CHECK_FALSE(permit_from_json(to_json(some_permit()) + std::string(20000, ' ')));
}
