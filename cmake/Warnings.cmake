# footing::warnings: the warnings every target of ours compiles with.
add_library(footing_warnings INTERFACE)
add_library(footing::warnings ALIAS footing_warnings)
target_compile_options(footing_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough -Wswitch-enum
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond;-Wlogical-op>
    $<$<BOOL:${FOOTING_WERROR}>:-Werror>)
