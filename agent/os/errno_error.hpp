/// An errno as an Error: "open /dev/sda: No such device or address".
#pragma once

#include <string>

#include "agent/model/result.hpp"

namespace footing::os {

Error errno_error(ErrorKind kind, const std::string& what, int code);

[[nodiscard]] inline std::unexpected<Error> errno_fail(ErrorKind kind, const std::string& what, int code)
{
    return std::unexpected(errno_error(kind, what, code));
}

}  // namespace footing::os
