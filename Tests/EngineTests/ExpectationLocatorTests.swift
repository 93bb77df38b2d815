// SPDX-License-Identifier: Apache-2.0

import Driver
import IR
import Testing

/// Where in the YAML expectations stand.
struct ExpectationLocatorTests {
    private static let yaml = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: app
        spec:
          containers:
            - name: web
              image: registry.example/voting/web:2.3
              args: ["--port", "1"]
              env:
                - name: MODE
                  value: fast
                - name: TOKEN
                  valueFrom: {secretKeyRef: {name: s, key: k}}
              volumeMounts:
                - name: data
                  mountPath: /data
        """

    private func place(_ aspect: String, _ detail: String = "", expected: JSONValue? = nil) throws -> String {
        let source = SourceFile(path: "pod.yaml", bytes: Array(Self.yaml.utf8))
        let locator = try #require(ExpectationLocator(workload: "Pod default/app", in: source))
        var denial = Denial(kind: "CreateContainerRequest", withoutRequest: "")
        denial.container = (1, "web")
        denial.aspect = aspect
        denial.detail = detail
        denial.expected = expected
        let place = locator.place(of: denial)
        let position = try #require(place.range.map { $0.file.position(at: $0.start) })
        return "\(position.line):\(position.column)" + (place.isOfImage ? " image" : place.isLiteral ? " literal" : "")
    }

    @Test func expectationsAreFound() throws {
        #expect(try place("env", "MODE") == "12:18 literal")
        #expect(try place("env", "TOKEN") == "13:17")
        #expect(try place("env", "OTHER") == "11:9")
        #expect(try place("args", "1", expected: "1") == "9:24")
        #expect(try place("args", "0", expected: "/entrypoint") == "8:14 image")
        #expect(try place("cwd") == "8:14 image")
        #expect(try place("image") == "8:14")
        #expect(try place("mounts", "/data") == "17:22")
        #expect(try place("stage") == "7:13")
    }
}
