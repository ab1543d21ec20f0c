/// QR codes (ISO/IEC 18004) as SVG, made by libqrencode.
#pragma once

#include <string>

#include "inventory/markup/html.hpp"

namespace footing::inventory {

/// Black on white whatever the page's colours are, with its quiet zone; error correction M. Empty when the text is
/// empty or too long for one code (2,331 bytes).
Html qr_code(const std::string& text);

}  // namespace footing::inventory
