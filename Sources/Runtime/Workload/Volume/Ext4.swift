// SPDX-License-Identifier: Apache-2.0

/// What is to be known of ext4 to make one on a device whose blocks cannot be read before they were written.
enum Ext4 {
    /// As large as the sectors of the encryption below.
    static let blockSize = 4096
    /// In bytes; the field is little-endian.
    static let magicOffset = 1080
    static let magic: [UInt8] = [0x53, 0xEF]

    static func make(_ device: String) -> Program { Program("mkfs.ext4", arguments + [device]) }

    /// Shows what would be done.
    static func dryRun(_ device: String) -> Program { Program("mkfs.ext4", ["-n"] + arguments + [device]) }

    private static let arguments = ["-F", "-b", String(blockSize)]

    /// The numbers of the blocks with copies of the superblock, from the output of `mkfs.ext4 -n`; `nil` when the output
    /// does not say that a file system of blocks of this size would be made.
    ///
    /// - Parameter output: e.g. `Creating filesystem with 76800 4k blocks …`, later the line `Superblock backups stored
    ///   on blocks:` and numbers on the lines after it. Small file systems have no copies.
    static func backupBlocks(_ output: [UInt8]) -> [Int]? {
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first(where: { $0.hasPrefix("Creating filesystem with ") }) else { return nil }
        let words = first.split(separator: " ")
        guard words.count > 5, let count = Int(words[3]), words[4] == "4k", words[5] == "blocks" else { return nil }
        guard let heading = lines.firstIndex(where: { $0.hasPrefix("Superblock backups stored on blocks:") }) else {
            return []
        }
        var blocks: [Int] = []
        for line in lines[(heading + 1)...] {
            let numbers = line.split { $0 == " " || $0 == "\t" || $0 == "," }
            if numbers.isEmpty { break }
            for text in numbers {
                guard let block = Int(text), block > 0, block < count else { return nil }
                blocks.append(block)
            }
        }
        return blocks.isEmpty ? nil : blocks
    }
}
