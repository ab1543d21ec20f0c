/// Every program that footing runs. Debian package in the comment.
#pragma once

namespace footing::os::programs {

inline constexpr const char* mkfs_xfs = "mkfs.xfs";      // xfsprogs
inline constexpr const char* xfs_repair = "xfs_repair";  // xfsprogs
inline constexpr const char* systemctl = "systemctl";    // systemd
inline constexpr const char* ipmitool = "ipmitool";      // ipmitool; without it the BMC is not asked
inline constexpr const char* lldpcli = "lldpcli";        // lldpd
inline constexpr const char* smartctl = "smartctl";      // smartmontools

}  // namespace footing::os::programs
