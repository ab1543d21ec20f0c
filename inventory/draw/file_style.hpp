/// The colours of a drawing that is a file of its own.
#pragma once

#include "inventory/markup/html.hpp"

namespace footing::inventory {

inline constexpr Css file_style(
    "svg{background:#fff;color:#16191d;font:13px system-ui,sans-serif}"
    "a{text-decoration:none}.frame{fill:#f3f4f6;stroke:#59606b}.unit{stroke:#d5d8dd}.number{fill:#59606b;font-size:11px}"
    ".machine rect{stroke:#16191d;stroke-width:1}.machine text{fill:#16191d}"
    ".good rect{fill:#c9ecd1}.attention rect{fill:#ffe19c}.failed rect{fill:#ffc6c2}.silent rect{fill:#dfe2e7}.unknown rect{fill:#fff}"
    ".highlighted rect{stroke:#0550c8;stroke-width:4}.outside rect{stroke-dasharray:4 3}");

}  // namespace footing::inventory
