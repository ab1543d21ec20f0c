#!/bin/sh
# dracut's cmdline hook: there is no root=, footing-root.service mounts /sysroot.
# shellcheck disable=SC2034  # read by dracut
rootok=1
root=footing
