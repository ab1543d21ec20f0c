# FOOTING_PRECOMPILE: the headers that most sources include are parsed once for all of them.
option(FOOTING_PRECOMPILE "Parse the most included headers once: builds faster, and hides a missing #include" OFF)
if(FOOTING_PRECOMPILE)
    file(WRITE "${CMAKE_BINARY_DIR}/precompiled.cpp" "")
    add_library(footing_precompiled OBJECT "${CMAKE_BINARY_DIR}/precompiled.cpp")
    target_compile_features(footing_precompiled PUBLIC cxx_std_23)
    target_link_libraries(footing_precompiled PRIVATE footing::warnings footing::sanitizers)
    target_precompile_headers(footing_precompiled PRIVATE
        <algorithm> <array> <charconv> <chrono> <filesystem> <functional> <map> <memory> <optional> <ranges> <set> <span>
        <sstream> <string> <string_view> <thread> <vector> <fmt/format.h> <fmt/ranges.h> <nlohmann/json.hpp>)
endif()

# FOOTING_UNITY: a folder's sources are one translation unit, which parses and instantiates once what each of them would: a
# sanitizer's build takes a quarter of its time. So no two sources of a folder have the same name in their unnamed namespaces.
# It hides a missing #include, too: the preset dev compiles each file alone.
set(FOOTING_UNITY "" CACHE STRING "Compile each folder as one translation unit: \"tests\", \"all\" or nothing")
set_property(CACHE FOOTING_UNITY PROPERTY STRINGS "" tests all)
if(NOT FOOTING_UNITY MATCHES "^(tests|all|)$")
    message(FATAL_ERROR "FOOTING_UNITY is '${FOOTING_UNITY}', expected \"tests\", \"all\" or nothing")
endif()
add_library(footing_unity INTERFACE)
target_compile_options(footing_unity INTERFACE -Wno-shadow) # of another file's names; linked last, for that counts
function(footing_unite target)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
    target_link_libraries(${target} PRIVATE footing_unity)
endfunction()

# What every target of ours is compiled with.
function(footing_compiled target)
    target_compile_features(${target} PUBLIC cxx_std_23)
    target_link_libraries(${target} PRIVATE footing::warnings footing::sanitizers)
    if(FOOTING_PRECOMPILE)
        target_precompile_headers(${target} REUSE_FROM footing_precompiled)
    endif()
    if(FOOTING_UNITY STREQUAL "all")
        footing_unite(${target})
    endif()
endfunction()

# footing_folder(NAME SOURCES a.cpp … LINKS lib …): the library of one folder, with its alias footing::NAME.
# Headers are included by their path from the top of the checkout: "agent/model/disk.hpp".
function(footing_folder name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;PRIVATE_LINKS")
    add_library(footing_${name} STATIC ${arg_SOURCES})
    add_library(footing::${name} ALIAS footing_${name})
    target_include_directories(footing_${name} PUBLIC "${PROJECT_SOURCE_DIR}")
    target_link_libraries(footing_${name} PUBLIC ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
    footing_compiled(footing_${name})
endfunction()

# footing_program(NAME SOURCES main.cpp … LINKS lib …): one program, in build/<preset>/bin/.
function(footing_program name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS")
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE ${arg_LINKS})
    footing_compiled(${name})
endfunction()

# footing_unit_test(FOLDER [THREADED] SOURCES x_test.cpp … LINKS lib …): one doctest program, registered with the label
# unit. THREADED: its test or what it tests has threads.
function(footing_unit_test folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "THREADED" "" "SOURCES;LINKS")
    if(FOOTING_THREADED AND NOT arg_THREADED)
        return()
    endif()
    string(REPLACE "/" "_" name "unit_${folder}")
    add_executable(${name} ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    target_link_libraries(${name} PRIVATE ${arg_LINKS} footing_test_main)
    footing_compiled(${name})
    if(FOOTING_UNITY STREQUAL "tests")
        footing_unite(${name})
    endif()
    target_compile_definitions(${name} PRIVATE FOOTING_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    if(NOT FOOTING_PRECOMPILE)
        target_compile_options(${name} PRIVATE -O0) # what is tested keeps its own; the tests themselves compile in half the time
    endif()
    add_test(NAME "unit/${folder}" COMMAND ${name})
    set_tests_properties("unit/${folder}" PROPERTIES LABELS unit TIMEOUT 120)
endfunction()
