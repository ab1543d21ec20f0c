/// A program in place of smartctl(8). Its exit status is a mask of bits: 2 (bit 1) the drive couldn't be opened, 8 (bit 3)
/// the drive is failing, 64 (bit 6) errors stand in its log, which says nothing of its state now.
#pragma once

#include "tests/unit/agent/report/machine_root.hpp"

namespace footing::tests {

class FakeSmartctl {
public:
    FakeSmartctl()
    {
        root_.file("smartctl", R"(#!/bin/sh
for drive; do :; done
case $drive in
/dev/logged) status=64 said=', "smart_status": {"passed": true}, "temperature": {"current": 31}' ;;
/dev/failing) status=8 said=', "smart_status": {"passed": false}, "temperature": {"current": 32}' ;;
/dev/gone) status=2 said= ;;
esac
echo "{\"smartctl\": {\"exit_status\": $status}$said}"
exit $status
)");
        std::filesystem::permissions(root_.path() / "smartctl", std::filesystem::perms::owner_all);
    }
    [[nodiscard]] std::string path() const { return root_.path() / "smartctl"; }

private:
    MachineRoot root_;
};

}  // namespace footing::tests
