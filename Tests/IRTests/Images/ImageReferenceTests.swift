// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct ImageReferenceTests {
    static let hex64 = String(repeating: "0123456789abcdef", count: 4)
    static let digest = "sha256:" + hex64

    struct Valid: Sendable, CustomTestStringConvertible {
        var text: String
        var registry: String
        var repository: String
        var tag: String?
        var hasDigest = false
        var canonical: String
        var familiar: String
        var testDescription: String { text }
    }

    static let valid = [
        Valid(
            text: "nginx", registry: "docker.io", repository: "library/nginx",
            canonical: "docker.io/library/nginx:latest", familiar: "nginx"),
        Valid(
            text: "nginx:1.25", registry: "docker.io", repository: "library/nginx", tag: "1.25",
            canonical: "docker.io/library/nginx:1.25", familiar: "nginx:1.25"),
        Valid(
            text: "docker.io/library/nginx", registry: "docker.io", repository: "library/nginx",
            canonical: "docker.io/library/nginx:latest", familiar: "nginx"),
        Valid(
            text: "index.docker.io/team/app:v1", registry: "docker.io", repository: "team/app", tag: "v1",
            canonical: "docker.io/team/app:v1", familiar: "team/app:v1"),
        Valid(
            text: "docker.io/foo.bar/app", registry: "docker.io", repository: "foo.bar/app",
            canonical: "docker.io/foo.bar/app:latest", familiar: "docker.io/foo.bar/app"),
        Valid(
            text: "localhost/app", registry: "localhost", repository: "app", canonical: "localhost/app:latest",
            familiar: "localhost/app"),
        Valid(
            text: "localhost:5000", registry: "docker.io", repository: "library/localhost", tag: "5000",
            canonical: "docker.io/library/localhost:5000", familiar: "localhost:5000"),
        Valid(
            text: "localhost:5000/a/b-c__d.e:T_1.2-x", registry: "localhost:5000", repository: "a/b-c__d.e",
            tag: "T_1.2-x", canonical: "localhost:5000/a/b-c__d.e:T_1.2-x",
            familiar: "localhost:5000/a/b-c__d.e:T_1.2-x"),
        Valid(
            text: "[::1]:5000/app", registry: "[::1]:5000", repository: "app", canonical: "[::1]:5000/app:latest",
            familiar: "[::1]:5000/app"),
        Valid(
            text: "Registry/app", registry: "Registry", repository: "app", canonical: "Registry/app:latest",
            familiar: "Registry/app"),
        Valid(
            text: "a---b/c", registry: "docker.io", repository: "a---b/c", canonical: "docker.io/a---b/c:latest",
            familiar: "a---b/c"),
        Valid(
            text: "ghcr.io/x/y:1@\(digest)", registry: "ghcr.io", repository: "x/y", tag: "1", hasDigest: true,
            canonical: "ghcr.io/x/y:1@\(digest)", familiar: "ghcr.io/x/y:1@\(digest)"),
        Valid(
            text: "nginx@\(digest)", registry: "docker.io", repository: "library/nginx", hasDigest: true,
            canonical: "docker.io/library/nginx@\(digest)", familiar: "nginx@\(digest)"),
        Valid(
            text: "nginx@sha512:\(hex64)\(hex64)", registry: "docker.io", repository: "library/nginx",
            hasDigest: true, canonical: "docker.io/library/nginx@sha512:\(hex64)\(hex64)",
            familiar: "nginx@sha512:\(hex64)\(hex64)"),
    ]

    @Test(arguments: valid) func parses(_ expected: Valid) throws {
        let reference = try ImageReference(expected.text)
        #expect(reference.text == expected.text)
        #expect(reference.description == expected.text)
        #expect(reference.registry == expected.registry)
        #expect(reference.repository == expected.repository)
        #expect(reference.tag == expected.tag)
        #expect((reference.digest != nil) == expected.hasDigest)
        #expect(reference.canonical == expected.canonical)
        #expect(reference.familiar == expected.familiar)
    }

    @Test(arguments: valid) func formsMeanTheSame(_ expected: Valid) throws {
        let reference = try ImageReference(expected.text)
        for form in [reference.canonical, reference.familiar] {
            #expect(try ImageReference(form).canonical == reference.canonical)
        }
    }

    static let invalid: [(String, String)] = [
        ("", "is empty"),
        ("${IMAGE}", "variable"),
        ("nginx:${TAG}", "variable"),
        ("$(IMAGE)", "variable"),
        ("my image", "white space"),
        ("nginx\n", "white space"),
        ("library/Nginx", "upper-case"),
        ("Nginx", "upper-case"),
        ("nginx:", "tag ''"),
        ("nginx:-x", "tag '-x'"),
        ("nginx:" + String(repeating: "a", count: 129), "up to 128"),
        (":tag", "no name"),
        ("@" + digest, "no name"),
        ("/nginx", "empty part"),
        ("a//b", "empty part"),
        ("a/", "empty part"),
        ("ghcr.io/", "empty part"),
        ("a/-b", "part '-b'"),
        ("a/b.", "part 'b.'"),
        ("a/b___c", "part 'b___c'"),
        ("a/b..c", "part 'b..c'"),
        ("a/bü", "part 'bü'"),
        ("host_name.x/app", "not a registry"),
        ("host:port/app", "not a registry"),
        ("https://ghcr.io/x", "not a registry"),
        ("nginx@sha256:abc", "3 characters"),
        ("nginx@sha512:" + hex64, "64 characters"),
        ("nginx@md5:abc", "'md5' is unknown"),
        ("nginx@latest", "no algorithm"),
        ("nginx@sha256:" + String(repeating: "G", count: 64), "hexadecimal"),
        ("nginx@sha256:" + hex64.uppercased(), "hexadecimal"),
        ("nginx@\(digest)@\(digest)", "characters"),
        (hex64, "image ID"),
        (String(repeating: "a", count: 250), "longer than 255"),
        (String(repeating: "a", count: 1025), "the limit is 1024"),
    ]

    @Test(arguments: invalid) func refuses(_ text: String, _ reason: String) {
        let error = #expect(throws: ImageReferenceError.self) { try ImageReference(text) }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "none")")
    }

    @Test func pinsWithoutInventingATag() throws {
        let digest = try ImageDigest(Self.digest)
        #expect(try ImageReference("nginx").pinned(to: digest) == "nginx@\(Self.digest)")
        #expect(try ImageReference("r.io:1/a:t").pinned(to: digest) == "r.io:1/a:t@\(Self.digest)")
        let other = "sha256:" + String(repeating: "0", count: 64)
        #expect(try ImageReference("nginx:1@\(other)").pinned(to: digest) == "nginx:1@\(Self.digest)")
        #expect(try ImageReference("nginx:1@\(other)").withoutDigest == "nginx:1")
    }
}
