/// Who says so: the version of this build (CMakeLists.txt), as answers and records carry it.
#pragma once

namespace footing {

inline constexpr const char* version = FOOTING_VERSION;
inline constexpr const char* generated_by = "footing " FOOTING_VERSION;

}  // namespace footing
