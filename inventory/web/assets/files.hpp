/// The files that embed.cmake put into the program.
#pragma once

#include <string_view>
#include <vector>

namespace footing::inventory {

struct EmbeddedFile {
    std::string_view name;
    std::string_view bytes;
};

const std::vector<EmbeddedFile>& embedded_files();

}  // namespace footing::inventory
