// SPDX-License-Identifier: Apache-2.0

import IR

extension Attack {
    private static func file(
        _ name: String, _ severity: Severity, _ summary: String, reason: String? = nil,
        _ change: @escaping @Sendable (inout JSONValue) -> Bool
    ) -> Attack {
        changing("CopyFileRequest", name, severity, summary, reason: reason) { request, _ in change(&request) }
    }

    private static func link(_ request: inout JSONValue, _ target: String) -> Bool {
        request["file_type"]?.string == "Symlink" && request.set("symlink_target", .string(target))
    }

    /// Links have none.
    private static func mode(_ request: inout JSONValue, _ mode: JSONValue) -> Bool {
        request["file_type"]?.string != "Symlink" && request.set("file_mode", mode)
    }

    private static let shared = "/run/kata-containers/shared/containers"

    /// Copies a file for a container that has just been started.
    private static func late(
        _ name: String, _ severity: Severity, _ summary: String, _ base: String, type: String = "Regular"
    ) -> Attack {
        Attack(name, severity, summary) { scene in
            guard scene.next.kind == "StartContainerRequest", let id = scene.next.id else { return nil }
            let request: JSONValue = [
                "path": .string("\(shared)/\(id)-0123456789abcdef-\(base)"), "file_type": .string(type),
                "file_mode": 0o644, "symlink_target": type == "Symlink" ? "target" : nil,
            ]
            return Attempt("CopyFileRequest", request, after: [scene.next])
        }
    }

    static let files: [Attack] = [
        file("file-elsewhere", .critical, "a file of the host is put among the guest's programs") {
            $0.set("path", "/usr/bin/kata-agent")
        },
        file("file-parent", .critical, "the path of a file leads out of the shared directory") {
            $0.editText("path") { $0 + "/../../../../usr/bin/x" }
        },
        file("file-parent-inside", .critical, "the path of a file leads to that of another container") {
            $0.editText("path") { $0 + "/../\(Scene.strangeID)-0123456789abcdef-hosts" }
        },
        file("file-prefix", .critical, "the path of a file has something before it") {
            $0.editText("path") { "/etc" + $0 }
        },
        file("file-relative", .critical, "the path of a file is relative") { $0.editText("path") { "." + $0 } },
        file("file-line", .critical, "the path of a file has a line before it") {
            $0.editText("path") { "/etc\n" + $0 }
        },
        file("file-root", .critical, "a file is put into the root of a container") {
            $0.editText("path") { _ in "/run/kata-containers/\(Scene.strangeID)/rootfs/bin/sh" }
        },
        file("file-storage", .critical, "a file is put onto a volume") {
            $0.set("path", "/run/kata-containers/sandbox/storage/MDEvMDA=/data")
        },
        file("file-shared", .high, "a file is put beside those of containers") {
            $0.set("path", .string(shared + "/x"))
        },
        file("file-random", .medium, "the name of a file has no random part") {
            $0.set("path", .string("\(shared)/\(Scene.strangeID)-hosts"))
        },
        file("file-set-uid", .critical, "a file makes a program run as its owner") { mode(&$0, 0o4755) },
        file("file-set-gid", .critical, "a file makes a program run as its group") { mode(&$0, 0o2755) },
        file("file-set-both", .critical, "a file makes a program run as both") { mode(&$0, 0o6755) },
        file("file-unknown", .high, "a file is of an unknown type") { $0.set("file_type", "Unknown") },
        file("file-link-for-file", .high, "the source of a mount is a link") {
            // The last part of the path begins with the id of a container.
            $0["file_type"]?.string != "Symlink"
                && ($0["path"]?.string?.split(separator: "/").last ?? "").prefix { $0 != "-" }.utf8.count == 64
                && $0.set("file_type", "Symlink") && $0.set("symlink_target", "x")
        },
        file("link-absolute", .critical, "a link leads to the guest's root") { link(&$0, "/etc/shadow") },
        file("link-parent", .critical, "a link leads out of its directory") { link(&$0, "../../../../../etc") },
        file("link-parent-inside", .high, "a link leads out and in again") { link(&$0, "..data/../../other") },
        file("link-parent-only", .high, "a link leads one up") { link(&$0, "..") },
        late("late-resolver", .high, "a file of a running container is replaced", "resolv.conf"),
        late("late-program", .high, "a file is added for a running container", "entry"),
        late("late-directory", .high, "a directory of a running container is made anew", "attacker", type: "Directory"),
        late("late-link", .high, "a link of a running container is turned", "attacker/..data", type: "Symlink"),
        late("late-token-name", .high, "a file is replaced that is called almost as the token is", "serviceaccount2"),
        late("late-token-parent", .critical, "a path leads out of the token's directory", "serviceaccount/../hosts"),
        late(
            "late-token-link-root", .high, "the token's directory is turned into a link", "serviceaccount",
            type: "Symlink"),
        file(
            "file-content", .low, "a file of a volume has other content",
            reason: "The request has no content in it. What the host brings is listed in the report; see policy.md."
        ) { $0["file_type"]?.string == "Regular" && $0.set("file_size", 4096) },
        file(
            "file-owner", .low, "a file of a volume belongs to another user",
            reason: "The same; without set-id bits an owner has no power over those who run a file."
        ) { $0.set("uid", 4321) },
    ]
}
