#!/usr/bin/env bash
# What the lab needs of the host, looked at before anything is installed or made. Needs nothing but bash and coreutils.
# Every missing thing is one sentence with its remedy; all of them are said, then exit status 1.
set -euo pipefail

missing=0
lacks() { echo "lab: $*" >&2; missing=1; }

[ "$(id -u)" = 0 ] || lacks "must run as root (network namespace, taps, mounts): use sudo"
[ "$1" = up ] || exit "$missing"

[ "$(uname -m)" = x86_64 ] || lacks "the image is made for x86_64, this machine is $(uname -m): run it on another"
[ -c /dev/net/tun ] || lacks "/dev/net/tun is missing: modprobe tun, or give the container --device /dev/net/tun"
[ -c /dev/loop-control ] || lacks "/dev/loop-control is missing: modprobe loop, or give the container --device /dev/loop-control"
if [ "$(id -u)" = 0 ]; then
    unshare --net --mount --pid --fork true 2>/dev/null ||
        lacks "network namespaces can't be made here: run it outside of the container, or with --privileged"
fi

memory=$(awk '$1 == "MemAvailable:" {print int($2 / 1024)}' /proc/meminfo)
[ "$memory" -ge 6144 ] ||
    lacks "6144 MiB of free memory are needed (two servers of 2 GiB, and the build), $memory MiB are there: close something, or set memory: in the lab file"
for folder in "$FOOTING_LAB" "${FOOTING_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/footing}"; do
    while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
    free=$(df --output=avail -BM "$folder" | tail -n 1 | tr -dc 0-9)
    [ "$free" -ge 10240 ] ||
        lacks "10240 MiB of disk space are needed in $folder, $free MiB are there: free some, or set FOOTING_LAB and FOOTING_CACHE to folders elsewhere"
done
exit "$missing"
