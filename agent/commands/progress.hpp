/// Progress of long work: on a terminal one line per disk that changes, elsewhere (serial console, journal) one line
/// per event. On standard error, so that standard output stays the answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/model/disk.hpp"

namespace footing::commands {

class Progress {
public:
    Progress();

    void operator()(const Disk& disk, const std::string& what);

private:
    void redraw() const;

    bool terminal_;
    double start_;
    std::vector<std::string> order_;
    std::map<std::string, std::string> lines_;
};

}  // namespace footing::commands
