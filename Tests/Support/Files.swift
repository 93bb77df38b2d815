// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The disk, as the tests need it.
package enum Files {
    package static func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw HarnessError("cannot read '\(path)'") }
        return Array(data)
    }

    package static func text(_ path: String) throws -> String { String(decoding: try read(path), as: UTF8.self) }

    package static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    package static func write(_ bytes: [UInt8], to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    /// Names in a directory, sorted; empty when there is none.
    package static func list(_ directory: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    /// All files below a directory by their relative paths.
    package static func tree(_ directory: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for path in (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? [] {
            var isDirectory: ObjCBool = false
            let full = directory + "/" + path
            guard FileManager.default.fileExists(atPath: full, isDirectory: &isDirectory), !isDirectory.boolValue else {
                continue
            }
            files[path] = try read(full)
        }
        return files
    }

    /// Copies all files below one directory into another.
    package static func copyTree(_ from: String, into directory: String) throws {
        let files = try tree(from)
        guard !files.isEmpty else { throw HarnessError("there is no file in '\(from)'") }
        for (path, bytes) in files { try write(bytes, to: directory + "/" + path) }
    }

    package static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    /// The number by which the file system knows a file; another one after it was replaced.
    package static func number(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    }

    /// The permission bits of a file.
    package static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}

/// An empty directory that belongs to one test.
package struct TemporaryDirectory {
    package let path: String

    package init() throws {
        path = NSTemporaryDirectory() + "contrast-golden-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    package func remove() { Files.remove(path) }
}
