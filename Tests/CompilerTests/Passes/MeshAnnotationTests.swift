// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct MeshAnnotationTests {
    private func findings(_ key: String, _ value: String) throws -> [String] {
        let pod = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: w
              annotations:
                contrast.edgeless.systems/servicemesh-\(key): \(value)
            spec:
              containers:
              - name: a
                image: b

            """
        return try run([ServiceMeshPass(image: "mesh:1")], on: pod).findings
    }

    private func column(_ key: String) -> Int { "    contrast.edgeless.systems/servicemesh-: ".count + key.count + 1 }

    @Test(arguments: [
        "''", "DISABLED", "'a#1#true'", "'a#65535#false'", "'a#1#T##b#2#0'", "'a b#1#FALSE'", "null",
    ])
    func goodIngress(value: String) throws { #expect(try findings("ingress", value) == []) }

    @Test(arguments: [
        "'a'", "'a#1'", "'#1#true'", "'a##true'", "'a#1#'", "'a#0#true'", "'a#65536#true'", "'a#-1#true'",
        "'a#+1#true'", "'a#1#yes'", "'a#1#tRue'", "'a#1#true#'", "'a#1#true##'", "'##a#1#true'",
        "'a#1#true###b#1#true'",
        "'a#1#true##a#2#true'", "'disabled'", "' '", "'a#1 #true'", "'a#٣#true'", "[]", "{}",
    ])
    func badIngress(value: String) throws {
        let found = try findings("ingress", value)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.hasPrefix("6:\(column("ingress")) CC") }, "\(found)")
    }

    /// Each entry is looked at, whatever the others are like.
    @Test func allWrongEntriesAreFound() throws {
        #expect(try findings("ingress", "'a##b#0#true##c#1#maybe##c#2#true'").count == 4)
        #expect(try findings("egress", "'a##b#10.0.0.1:80#c:1##d#127.0.0.1:80#e'").count == 3)
    }

    @Test(arguments: [
        "'a#127.0.0.1:80#b:81'", "'a#127.255.255.255:1#b.c.svc:65535##d#127.0.0.2:80#[::1]:5'",
    ])
    func goodEgress(value: String) throws { #expect(try findings("egress", value) == []) }

    @Test(arguments: [
        "''", "'a'", "'a#127.0.0.1:80'", "'a#127.0.0.1#b:81'", "'a#128.0.0.1:80#b:81'", "'a#127.0.0.256:80#b:81'",
        "'a#127.0.1:80#b:81'", "'a#127.0.0.1:0#b:81'", "'a#127.0.0.1:80#b'", "'a#127.0.0.1:80#:81'",
        "'a#127.0.0.1:80#b:'", "'a#127.0.0.1:80#b c:81'", "'a#127.0.0.1:80#b:81##a#127.0.0.2:80#c:81'",
        "'a#localhost:80#b:81'", "'#127.0.0.1:80#b:81'", "'a#127.0.0.1:80#b/c:81'", "'a#127.0.0.+1:80#b:81'", "[a]",
        "null",
    ])
    func badEgress(value: String) throws {
        let found = try findings("egress", value)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.hasPrefix("6:\(column("egress")) CC") }, "\(found)")
    }

    @Test(arguments: ["'1'", "'65535'", "'09102'"])
    func goodAdminPort(value: String) throws { #expect(try findings("admin-interface-port", value) == []) }

    @Test(arguments: ["'0'", "'65536'", "'a'", "'-1'", "'1.0'", "' 1'", "'1e3'", "[1]"])
    func badAdminPort(value: String) throws {
        let found = try findings("admin-interface-port", value)
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.hasPrefix("6:\(column("admin-interface-port")) CC") }, "\(found)")
    }
}
