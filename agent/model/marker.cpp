#include "agent/model/marker.hpp"

#include <fmt/format.h>

namespace footing {

std::string marker_text(const LedgerRecord& record)
{
    return fmt::format("{{\"disk_id\": \"{}\", \"cluster\": \"{}\", \"label\": \"{}\"}}\n", to_string(record.disk_id), record.cluster, record.label);
}

}  // namespace footing
