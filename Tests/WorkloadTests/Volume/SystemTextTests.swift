// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Workload

/// Texts of the system and its programs.
@Suite struct SystemTextTests {
    private func blocks(_ text: String) -> [Int]? { Ext4.backupBlocks(Array(text.utf8)) }

    @Test func backupBlocksOfLargeFileSystems() {
        let text = """
            mke2fs 1.47.0 (5-Feb-2023)
            Creating filesystem with 1310720 4k blocks and 327680 inodes
            Filesystem UUID: 46d60a77-b74c-4bc9-a712-a412a422046d
            Superblock backups stored on blocks: 
            \t32768, 98304, 163840, 229376, 294912, 
            \t819200, 884736

            """
        #expect(blocks(text) == [32768, 98304, 163840, 229376, 294912, 819200, 884736])
    }

    @Test func smallFileSystemsHaveNoBackups() {
        #expect(blocks("Creating filesystem with 10240 4k blocks and 10240 inodes\n\n") == [])
    }

    @Test(arguments: [
        "", "Creating filesystem with 10240 1k blocks and 2560 inodes\n", "Creating filesystem with\n",
        "Creating filesystem with x 4k blocks and 1 inodes\n",
        "Creating filesystem with 9 4k blocks and 1 inodes\nSuperblock backups stored on blocks: \n\t9\n",
        "Creating filesystem with 9 4k blocks and 1 inodes\nSuperblock backups stored on blocks: \n\t0\n",
        "Creating filesystem with 9 4k blocks and 1 inodes\nSuperblock backups stored on blocks: \n\t-1\n",
        "Creating filesystem with 9 4k blocks and 1 inodes\nSuperblock backups stored on blocks: \n\t8, x\n",
        "Creating filesystem with 9 4k blocks and 1 inodes\nSuperblock backups stored on blocks: \n",
    ])
    func otherOutputIsNotUnderstood(text: String) { #expect(blocks(text) == nil) }

    private let table = MountTable(
        Array(
            """
            22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
            25 22 0:6 / /dev rw - devtmpfs dev rw
            26 25 0:22 / /dev/shm rw,nosuid shared:3 master:2 - tmpfs tmpfs rw
            30 22 0:30 / /a\\040b\\134 rw - 9p first rw
            31 22 0:30 / /a\\040b\\134 rw - 9p second rw
            broken line
            32 22 0:1 / /x rw -

            """.utf8))

    @Test func mountsAreRead() {
        #expect(table.mounts.count == 5)
        #expect(table.mount(at: "/")?.source == "/dev/vda1")
        #expect(table.mount(at: "/a b\\")?.source == "second")
        #expect(table.mount(at: "/x") == nil)
    }

    @Test func mountsThatHoldAPath() {
        #expect(table.mount(holding: "/dev/shm/x")?.fileSystem == "tmpfs")
        #expect(table.mount(holding: "/dev/shm")?.fileSystem == "tmpfs")
        #expect(table.mount(holding: "/dev/shmem")?.fileSystem == "devtmpfs")
        #expect(table.mount(holding: "/device")?.fileSystem == "ext4")
        #expect(MountTable([]).mount(holding: "/") == nil)
    }
}
