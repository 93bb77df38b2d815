// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// What YAML takes for booleans and numbers, Kubernetes gets as such, also as keys of maps of texts.
@Suite struct CanonicalTextTests {
    private func decoded(_ yaml: String) throws -> (KubernetesObject, Diagnostics) {
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "t.yaml", bytes: Array(yaml.utf8))
        let document = try #require(YAMLFrontend.parse(source, into: &diagnostics).first)
        return (try #require(KubernetesObject.all(in: YAMLTree(document)).first), diagnostics)
    }

    @Test(arguments: [
        ("yes", "true"), ("Off", "false"), ("\"yes\"", "yes"), ("!!str on", "on"), ("010", "8"), ("0x1F", "31"),
        ("1_000", "1000"), ("-7", "-7"), ("1.0", "1"), ("1e3", "1000"), ("1.5", "1.5"), ("v1", "v1"), ("'1'", "1"),
        ("1e6", "1e+06"), ("123456789.0", "1.2345679e+08"), ("999999.0", "999999"), ("-1234.25", "-1234.25"),
        ("0.0001", "0.0001"), ("0.000012", "1.2e-05"), ("1.5e-40", "1.5e-40"), ("-0.0", "-0"), (".inf", ".inf"),
        ("-.Inf", "-.inf"), (".NaN", ".nan"), ("1e300", ".inf"), ("100.0", "100"), ("3.0e38", "3e+38"),
        ("2024-01-01", "2024-01-01"), ("1.2.3", "1.2.3"),
    ])
    func keys(_ key: String, _ expected: String) throws {
        var (object, diagnostics) = try decoded(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  \(key): value\n")
        let config = try #require(ConfigDecoder.configMap(object, into: &diagnostics))
        #expect(config.data == [expected: "value"])
        #expect(diagnostics.all.isEmpty)
    }

    private func expectDuplicate(in yaml: String, _ column: Int) {
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "t.yaml", bytes: Array(yaml.utf8))
        #expect(YAMLFrontend.parse(source, into: &diagnostics).isEmpty)
        let found = diagnostics.all.map { ($0.code, $0.range.map { source.position(at: $0.start).column } ?? 0) }
        #expect(found.map(\.0) == [.duplicateKey] && found.map(\.1) == [column], "\(diagnostics.all.map(\.message))")
    }

    @Test(arguments: [
        ("{yes: a, \"true\": b}", 10), ("{\"8\": a, x: b, 010: c}", 16), ("{1: a, 1.0: b}", 8),
        ("{on: a, Yes: b}", 9),
        ("{N: a, !!bool \"off\": b}", 8), ("{!!int \"1\": a, '1': b}", 16),
        ("{a: &k true, false: x, *k : y, on: z}", 32),
    ])
    func keysThatAreOneToKubernetes(_ map: String, _ column: Int) { expectDuplicate(in: map, column) }

    /// Through merge keys, too: an own key takes the place of a merged one only when both are alike.
    @Test(arguments: [
        ("b: {<<: {yes: a}, \"true\": b}", 19), ("b: {\"true\": b, <<: {yes: a}}", 5),
        ("b: {<<: [{010: a}, {\"8\": b}]}", 5), ("t: &t {1: a}\nb: {x: y, <<: {<<: *t, z: 1}, '1': c}", 31),
        ("b: {<<: {8: a}, 8.0: b}", 17),
    ])
    func mergedKeysThatAreOneToKubernetes(_ text: String, _ column: Int) { expectDuplicate(in: text, column) }

    @Test(arguments: [
        "{yes: a, no: b}", "{true: a, 1: b, 0: c, \"yes\": d}", "{tree: a, nope: b, one: c, of: d, type: e}",
        "{!!str true: a, 'on': b, no: c}", "{null: a, ~: b}", "{<<: {yes: a, 1: b}, yes: c, 1: d, x: e}",
        "{<<: [{yes: a}, {yes: b}], \"on\": c}",
    ])
    func keysThatAreSeveral(_ map: String) {
        var diagnostics = Diagnostics()
        let documents = YAMLFrontend.parse(SourceFile(path: "t.yaml", bytes: Array(map.utf8)), into: &diagnostics)
        #expect(documents.count == 1 && diagnostics.all.isEmpty, "\(diagnostics.all.map(\.message))")
    }

    @Test func labelsAndLimits() throws {
        var (object, diagnostics) = try decoded(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: web
              labels: {yes: a, 017: b}
            spec:
              containers:
              - {name: web, image: "a:1", resources: {limits: {nvidia.com/pgpu: 0o2, memory: '0o2'}}}
            """)
        let workload = WorkloadDecoder.decode(try #require(PodObject(object)), into: &diagnostics)
        #expect(workload.podLabels.map(\.key) == ["15", "true"])
        #expect(workload.spec.containers.first?.limits.map(\.value) == ["0o2", "2"])
    }
}
