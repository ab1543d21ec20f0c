/// Folders by a plain path: each part of it a real folder, none a symbolic link.
///
/// A link in the path to a mount point could lead elsewhere tomorrow: services would then write into memory beside the
/// drive. The kernel's table of mounts names the real folder too, so a drive behind a link would look mounted elsewhere.
#pragma once

#include <string>

#include "agent/model/result.hpp"
#include "agent/os/fd.hpp"

namespace footing::os {

enum class Missing { Refuse, Make };

/// Opens (O_PATH) the folder of an absolute path. `Make`: what is missing of it is made, with mode 0755. An Error names
/// the part that is a link, or no folder.
Result<Fd> open_plain_folder(const std::string& path, Missing missing);

}  // namespace footing::os
