#!/bin/bash
# shellcheck disable=SC2154 # dracut sets moddir, initdir and systemd's folders
#
# dracut module: fetch the root image over HTTP, check it against the pin, lay an overlay over it, go on in it.
# The agent's binary and the pin come in a small archive behind this one (recipe/steps/initrd.py).

check() {
    return 255
}

depends() {
    echo base dracut-systemd systemd systemd-initrd systemd-networkd kernel-network-modules
}

installkernel() {
    instmods loop overlay squashfs virtio_pci virtio_net virtio_rng qemu_fw_cfg dmi-sysfs
}

install() {
    inst_multiple cat cp mkdir mount mountpoint modprobe sleep systemctl tr
    inst_simple "$moddir/footing-root" /usr/libexec/footing-root
    inst_simple "$moddir/footing-failed" /usr/libexec/footing-failed
    inst_simple "$moddir/ethernet.network" /etc/systemd/network/10-ethernet.network
    inst_simple "$moddir/footing-root.service" "$systemdsystemunitdir/footing-root.service"
    inst_simple "$moddir/footing-failed.service" "$systemdsystemunitdir/footing-failed.service"
    inst_hook cmdline 95 "$moddir/root-is-ours.sh"
    $SYSTEMCTL -q --root "$initdir" enable footing-root.service
    $SYSTEMCTL -q --root "$initdir" add-wants initrd.target systemd-networkd.service
    # A link without carrier delays nothing: the fetcher retries by itself.
    $SYSTEMCTL -q --root "$initdir" disable systemd-networkd-wait-online.service
}
