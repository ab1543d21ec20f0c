// main() of a fuzz target without a fuzzer: every file of the folders in its arguments, once. What a fuzzer ever found
// stays in the corpus, and is tried by every build.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz_target.hpp"

int main(int count, char** arguments)
{
    std::size_t tried = 0;
    for (int i = 1; i < count; ++i)
        for (const auto& entry : std::filesystem::directory_iterator(arguments[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
            std::printf("%s\n", entry.path().c_str());  // the last one is the culprit
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
            ++tried;
        }
    std::printf("%zu inputs\n", tried);
    return tried > 0 ? 0 : 1;
}
