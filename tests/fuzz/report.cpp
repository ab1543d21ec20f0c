// Whatever is posted to the inventory: it is a report or an admission request that survives its own JSON, or an Error.
#include <string_view>

#include "inventory/wire/json.hpp"
#include "tests/fuzz/fuzz_target.hpp"

using namespace footing;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto report = wire::report_from_json(text)) promise(wire::report_from_json(wire::to_json(*report)) == report);
    if (const auto request = wire::admission_request_from_json(text))
        promise(wire::admission_request_from_json(wire::to_json(*request)) == request);
    return 0;
}
