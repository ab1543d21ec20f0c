/// Text from drives, for people's terminals and logs.
#pragma once

#include <string>
#include <string_view>

namespace footing {

/// The same text without anything that a terminal would act on: control characters other than newline, C1 controls, DEL
/// and bytes that are no UTF-8 become "\x1b". A drive's serial number, or a stranger's file, may hold any of them.
std::string printable(std::string_view text);

}  // namespace footing
