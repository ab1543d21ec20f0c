# footing::warnings: the warnings every target of ours compiles with.
add_library(footing_warnings INTERFACE)
add_library(footing::warnings ALIAS footing_warnings)
target_compile_options(footing_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wnull-dereference -Wduplicated-cond -Wlogical-op -Wimplicit-fallthrough -Wswitch-enum
    $<$<BOOL:${FOOTING_WERROR}>:-Werror>)
