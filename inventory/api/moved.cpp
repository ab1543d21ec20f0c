#include "inventory/api/moved.hpp"

#include "inventory/wire/codec.hpp"

namespace footing::inventory {

Response moved_to(const std::string& machine_id, const std::string& rest)
{
    return {308, "application/json", {{"Location", "/v1/machines/" + machine_id + rest}}, wire::text_of(wire::Json{{"merged_into", machine_id}})};
}

}  // namespace footing::inventory
