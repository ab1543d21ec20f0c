/// What surrounds a program: its standard streams before, its last output and its exceptions after.
#pragma once

#include <functional>
#include <string>

namespace footing::os {

/// The status that `main` returns. What it throws, and output that could not be written, is a sentence on standard error
/// ("NAME: can't write to standard output: No space left on device") and status 1.
///
/// Of the standard streams, those that the caller closed become ones that can't be used: the next file that is opened
/// would get that number, and messages would be written into it.
int run_main(const std::string& name, const std::function<int()>& main);

}  // namespace footing::os
