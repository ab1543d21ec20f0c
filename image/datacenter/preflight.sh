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

# A lab that runs has its memory already: its folder names process and birth (supervisor.py).
runs() {
    local pid born
    read -r pid born 2>/dev/null <"$FOOTING_LAB/pid" || return 1
    [ "$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d ' ' -f 20)" = "$born" ]
}
memory=$(awk '$1 == "MemAvailable:" {print int($2 / 1024)}' /proc/meminfo)
runs || [ "$memory" -ge 6144 ] ||
    lacks "6144 MiB of free memory are needed (two servers of 2 GiB, and the build), $memory MiB are there: close something"

# What is made once is asked for once.
needs() { # FOLDER MiB VARIABLE
    local folder=$1
    while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
    local free
    free=$(df --output=avail -BM "$folder" | tail -n 1 | tr -dc 0-9)
    [ "$free" -ge "$2" ] ||
        lacks "$2 MiB of disk space are needed in $folder, $free MiB are there: free some${3:+, or set $3 to a folder elsewhere}"
}
made() { compgen -G "$1" >/dev/null; }
cache=${FOOTING_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/footing}
checkout=$(cd "$(dirname "$0")/../.." && pwd)
made "$cache/toolbox-*" && made "$cache/image-root-*" || needs "$cache" 8192 FOOTING_CACHE
made "$checkout/build/image/current" || needs "$checkout" 3072
needs "$FOOTING_LAB" 1024 FOOTING_LAB
exit "$missing"
