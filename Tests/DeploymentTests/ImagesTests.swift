// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Images around programs that this machine has, as a release build takes long; checked with tools of others.
@Suite struct ImagesTests {
    private static let tools = ["skopeo", "umoci"].allSatisfy { Files.exists("/usr/bin/\($0)") }

    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for name in ["coordinator", "initializer"] {
            try Files.write(Files.read("/usr/bin/openssl"), to: "\(directory.path)/programs/\(name)")
        }
    }

    private func run(_ program: String, _ arguments: String..., status: Int = 0) throws -> String {
        let result = try Subprocess(
            executable: program, arguments: arguments,
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": directory.path],
            directory: directory.path
        ).run()
        #expect(result.status == status, "\(result.errorText)")
        return String(decoding: result.stdout, as: UTF8.self) + result.errorText
    }

    private func make(_ output: String) throws -> String {
        try run(
            "/usr/bin/python3", Locations.repository + "/scripts/make-images.py", "--programs", "programs", "--output",
            output)
    }

    @Test func theSameFilesGiveTheSameBytes() throws {
        defer { directory.remove() }
        let first = try make("a")
        // Neither times nor owners count.
        _ = try run("/usr/bin/touch", "-d", "2001-01-01", "programs/coordinator", "programs/initializer")
        #expect(try make("b") == first)
        let files = try Files.tree(directory.path + "/a")
        #expect(try files == Files.tree(directory.path + "/b"))
        #expect(files.keys.filter { $0.hasPrefix("coordinator/blobs/sha256/") }.count == 3)
    }

    @Test(.enabled(if: tools, "skopeo or umoci is missing")) func othersCanReadThem() throws {
        defer { directory.remove() }
        let digests = try make("images").split(separator: "\n").map { $0.split(separator: " ") }
        for (name, digest) in digests.filter({ $0.count == 2 }).map({ ($0[0], $0[1]) }) {
            let shown = try run("/usr/bin/skopeo", "inspect", "oci:images/\(name):latest")
            #expect(shown.contains(digest) && shown.contains("\"Architecture\""))
            let configuration = try run("/usr/bin/skopeo", "inspect", "--config", "oci:images/\(name):latest")
            #expect(configuration.contains("/\(name)"))
            let isRoot = geteuid() == 0
            _ = try run(
                "/bin/sh", "-c",
                "umoci unpack \(isRoot ? "" : "--rootless") --image images/\(name):latest unpacked-\(name)")
            let root = "unpacked-\(name)/rootfs"
            #expect(Files.exists("\(directory.path)/\(root)/etc/ssl/certs/ca-certificates.crt"))
            // Everything that the program loads is there.
            if isRoot {
                #expect(try run("/usr/sbin/chroot", root, "/\(name)", "version").contains("OpenSSL"))
                if Files.exists("\(directory.path)/\(root)/usr/sbin/xtables-nft-multi") {
                    let rule = "INPUT -m conntrack ! --ctstate ESTABLISHED,RELATED -j DROP"
                    for tool in ["iptables-nft", "iptables-legacy"] {
                        let command = "export XTABLES_LOCKFILE=/tmp/lock; chroot \(root) \(tool) -A \(rule)"
                        _ = try run("/usr/bin/unshare", "-n", "/bin/sh", "-c", command)
                    }
                }
                if Files.exists("\(directory.path)/\(root)/bin/busybox") {
                    _ = try run("/usr/sbin/chroot", root, "/bin/test", "-e", "/sbin/cryptsetup")
                    #expect(try run("/usr/sbin/chroot", root, "/sbin/cryptsetup", "--version").contains("cryptsetup"))
                    #expect(try run("/usr/sbin/chroot", root, "/sbin/mkfs.ext4", "-V").contains("mke2fs"))
                }
            }
        }
    }

    /// The Swift runtime belongs into the program: libraries of the machine that builds are none of a release.
    @Test func programsMustHaveTheirRuntime() throws {
        defer { directory.remove() }
        let program = try Locations.executable("coordinator")
        let loads = try run("/usr/bin/ldd", program)
        guard loads.contains("libswift") else { return }
        try Files.write(Files.read(program), to: directory.path + "/programs/coordinator")
        _ = try run("/bin/chmod", "755", "programs/coordinator")
        let refusal = try run(
            "/usr/bin/python3", Locations.repository + "/scripts/make-images.py", "--programs", "programs", "--output",
            "a", status: 1)
        #expect(refusal.contains("--static-swift-stdlib"))
    }
}
