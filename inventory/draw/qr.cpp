#include "inventory/draw/qr.hpp"

#include <fmt/format.h>
#include <qrencode.h>

#include <memory>

namespace footing::inventory {

namespace {
constexpr int quiet = 4;  // modules
}

Html qr_code(const std::string& text)
{
    if (text.empty()) return {};
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
        &QRcode_free);
    if (!code) return {};
    std::string path;
    for (int y = 0; y < code->width; ++y)
        for (int x = 0; x < code->width;) {
            const auto black = [&](int at) { return at < code->width && (code->data[y * code->width + at] & 1) != 0; };
            int run = 0;
            while (black(x + run)) ++run;
            if (run > 0) path += fmt::format("M{} {}h{}v1h-{}z", x + quiet, y + quiet, run, run);
            x += run + 1;
        }
    const int side = code->width + 2 * quiet;
    return el("svg", {{"xmlns", "http://www.w3.org/2000/svg"}, cls("qr"), {"viewBox", fmt::format("0 0 {} {}", side, side)},
                      {"role", "img"}, {"shape-rendering", "crispEdges"}},
              el("title", {}, "QR code of " + text), el("rect", {{"width", side}, {"height", side}, {"fill", "#fff"}}),
              el("path", {{"d", path}, {"fill", "#000"}}));
}

}  // namespace footing::inventory
