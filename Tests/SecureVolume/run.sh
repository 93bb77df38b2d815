#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes and opens secure volumes with a real kernel: a VM formats a disk with the code of the initializer and is cut off,
# a second one opens it again, and other disks that the host has changed in between.
#
#     Tests/SecureVolume/run.sh
#
# Needs qemu-system-x86_64, busybox (static), cpio, cryptsetup, mkfs.ext4 and Debian's kernel for cloud VMs: unpacked in
# the directory CONTRAST_VM_KERNEL (boot/, lib/modules/), else downloaded with apt-get. Without them the test is skipped.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scratch=.build/secure-volume
skip() {
    echo "skipped: $1"
    exit 0
}
fail() {
    echo "error: $1" >&2
    exit 1
}

[ "$(uname -m)" = x86_64 ] || skip "the VM is one of x86-64"
PATH=$PATH:/usr/sbin:/sbin
for command in qemu-system-x86_64 busybox cpio cryptsetup mkfs.ext4 python3; do
    command -v "$command" >/dev/null || skip "there is no $command"
done
ldd "$(command -v busybox)" >/dev/null 2>&1 && skip "busybox is not linked statically"

# The program under test: built here unless it is given.
if [ -z "${VOLUME_CHECK:-}" ]; then
    CONTRAST_VM_TEST=1 swift build --product volume-check --static-swift-stdlib --scratch-path .build/vm-test
    VOLUME_CHECK=$(CONTRAST_VM_TEST=1 swift build --show-bin-path --scratch-path .build/vm-test)/volume-check
fi

mkdir -p "$scratch"
kernel=${CONTRAST_VM_KERNEL:-$scratch/kernel}
if [ ! -d "$kernel/boot" ]; then
    package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-.*\)/\1/p' | head -1)
    [ -n "$package" ] || skip "there is no kernel for the VM"
    (cd "$scratch" && apt-get download -qq "$package") || skip "the kernel cannot be downloaded"
    dpkg -x "$scratch/$package"_*.deb "$kernel"
fi
version=$(basename "$kernel"/lib/modules/*)

# An initramfs with the program, what it calls, the libraries of all of them, and the modules that a disk needs.
root=$scratch/root
rm -rf "$root"
mkdir -p "$root"/{bin,sbin,dev,proc,sys,run,tmp,state,etc,secrets}
cp "$(command -v busybox)" "$root/bin/busybox"
for applet in sh mount umount cat ls sync sleep mkdir modprobe poweroff reboot echo grep test tail; do
    ln -s busybox "$root/bin/$applet"
done
for program in "$VOLUME_CHECK" "$(command -v cryptsetup)" "$(command -v mkfs.ext4)"; do
    cp -L "$program" "$root/sbin/$(basename "$program")"
    # libgcc_s is loaded when a thread ends.
    for library in $(ldd "$program" | grep -o '/[^ ]*') /lib/x86_64-linux-gnu/libgcc_s.so.1; do
        mkdir -p "$root$(dirname "$library")"
        cp -L "$library" "$root$library"
    done
done
[ ! -e /etc/mke2fs.conf ] || cp /etc/mke2fs.conf "$root/etc/"
[ -e "$kernel/lib/modules/$version/modules.dep" ] || busybox depmod -b "$kernel" "$version"
modules="virtio_pci virtio_blk dm-mod dm-bufio dm-integrity dm-crypt ecb xts authenc af_alg algif_skcipher algif_hash crc32c-intel"
mkdir -p "$root/lib/modules/$version"
cp "$kernel/lib/modules/$version"/modules.{dep,order,builtin} "$root/lib/modules/$version/"
for module in $modules; do
    grep "/$module.ko:" "$kernel/lib/modules/$version/modules.dep" | tr -d : | tr ' ' '\n'
done | sort -u | while read -r file; do
    mkdir -p "$root/lib/modules/$version/$(dirname "$file")"
    cp "$kernel/lib/modules/$version/$file" "$root/lib/modules/$version/$file"
done
install -m 755 Tests/SecureVolume/init.sh "$root/init"
echo "$modules" >"$root/etc/modules"
(cd "$root" && find . | cpio -o -H newc --quiet) | gzip -1 >"$scratch/initramfs"

# boot STAGE DISK...: runs a VM to its end and shows what it says.
boot() {
    local stage=$1 drives=()
    shift
    for disk in "$@"; do drives+=(-drive "file=$scratch/$disk,format=raw,if=virtio,cache=writeback"); done
    timeout 300 qemu-system-x86_64 -machine q35,accel=tcg -cpu max -smp 1 -m 512 -nodefaults -no-reboot -nographic \
        -serial stdio -kernel "$kernel"/boot/vmlinuz-* -initrd "$scratch/initramfs" "${drives[@]}" \
        -append "console=ttyS0 quiet panic=-1 stage=$stage" </dev/null | tr -d '\r' | tee "$scratch/$stage.log"
}
expect() { grep -qF -- "$2" "$scratch/$1.log" || fail "the VM '$1' does not say: $2"; }

rm -f "$scratch"/*.img
truncate -s 64M "$scratch/volume.img"
boot create volume.img
expect create "/dev/vda: volume created"
expect create "/dev/vda: volume alreadyMounted"

! grep -qa "plain text of the test" "$scratch/volume.img" || fail "the disk holds plain text"
for change in null-cipher second-copy no-magic data blank; do
    cp --sparse=always "$scratch/volume.img" "$scratch/$change.img"
    python3 Tests/SecureVolume/tamper.py "$change" "$scratch/$change.img"
done
cp --sparse=always "$scratch/volume.img" "$scratch/other-secret.img"

boot reopen volume.img null-cipher.img second-copy.img no-magic.img data.img blank.img other-secret.img
expect reopen "/dev/vda: volume opened"
expect reopen "/dev/vda: plain text of the test"
expect reopen "/dev/vdb: volume failed: the volume's header is refused: segments.0.encryption"
expect reopen "/dev/vdc: volume opened"
expect reopen "/dev/vdd: volume failed: '/dev/vdd' is neither blank nor an encrypted volume"
# The journal of dm-integrity may bring the superblock back, but not what mounting reads after it.
grep -qF -e "/dev/vde: volume failed: the encrypted volume on '/dev/vde' has no file system that can be read" \
    -e "/dev/vde: volume failed: cannot mount '/dev/mapper/" "$scratch/reopen.log" ||
    fail "the VM 'reopen' does not say that the damaged volume on /dev/vde cannot be read"
! grep -E "^/dev/vde: volume (created|opened|alreadyMounted)" "$scratch/reopen.log" || fail "a damaged volume was used"
expect reopen "/dev/vdf: volume created"
expect reopen "/dev/vdg: volume failed: cryptsetup open ended with 2"
echo "secure volumes: passed"
