#include "agent/os/errno_error.hpp"

#include <system_error>

namespace footing::os {

Error errno_error(ErrorKind kind, const std::string& what, int code)
{
    return Error{kind, what + ": " + std::generic_category().message(code), code};
}

}  // namespace footing::os
