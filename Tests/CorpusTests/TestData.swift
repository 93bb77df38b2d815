// SPDX-License-Identifier: Apache-2.0

import Foundation
import IR

/// The directory of test data that is not part of the repository, by the variable CONTRAST_TEST_DATA.
enum TestData {
    static let directory = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATA"].flatMap { $0.isEmpty ? nil : $0 }
    static var isThere: Bool { directory != nil }

    /// Files below a directory that are called `.yaml` or `.yml`, in bytewise order, with their relative paths.
    static func yamlFiles(below name: String) -> [SourceFile] {
        guard let directory else { return [] }
        let root = directory + "/" + name
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
        return paths.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .compactMap { path in read(root + "/" + path).map { SourceFile(path: "\(name)/\(path)", bytes: $0) } }
    }

    /// Deployments as people write them and as Helm prints them.
    static let allDeployments = yamlFiles(below: "corpus") + yamlFiles(below: "helm")

    /// Those that are YAML.
    static let deployments = allDeployments.filter { !unparsed.contains($0.path) }

    /// Paths of files that are no YAML.
    static let unparsed: Set<String> = {
        guard let directory, let bytes = read(directory + "/corpus/unparsed.txt") else { return [] }
        return Set(
            String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
                let fields = line.split(separator: "\t")
                guard fields.count >= 2 else { return nil }
                return "corpus/\(fields[0].replacing("/", with: "+"))/\(fields[1])"
            })
    }()

    private static func read(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map(Array.init) }
}
