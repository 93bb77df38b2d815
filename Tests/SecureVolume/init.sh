#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The first process of the test's VM; `stage` on the kernel's command line says what it does.
export PATH=/bin:/sbin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
mkdir -p /dev/shm
for directory in /dev/shm /tmp /run; do mount -t tmpfs tmpfs "$directory"; done
for module in $(cat /etc/modules); do modprobe "$module" || echo "cannot load $module"; done

printf '%s' 000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f >/secrets/seed
printf '%s' ff0102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f >/secrets/other

# check DEVICE SECRET
check() {
    directory=/state${1#/dev}
    mkdir -p "$directory"
    echo "$1: $(volume-check "$1" "$directory" "/secrets/$2" 2>&1)"
}

read -r line </proc/cmdline
case "$line" in
*stage=create*)
    check /dev/vda seed
    echo "plain text of the test" >/state/vda/file
    sync
    check /dev/vda seed
    cryptsetup luksDump --dump-json-metadata /dev/vda
    ;;
*stage=reopen*)
    for device in /dev/vda /dev/vdb /dev/vdc /dev/vdd /dev/vde /dev/vdf; do check "$device" seed; done
    check /dev/vdg other
    echo "/dev/vda: $(cat /state/vda/file)"
    ls /dev/shm/contrast-cryptsetup
    ;;
esac
sleep 1
# No file system is unmounted: the disk is left as a crash leaves it.
reboot -f
