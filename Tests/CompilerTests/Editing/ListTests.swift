// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

/// Kubernetes takes whatever has a list of items for a list.
@Suite struct ListTests {
    private static func kinds(_ text: String) throws -> [String] {
        var diagnostics = Diagnostics()
        let documents = YAMLFrontend.parse(SourceFile(path: "t.yaml", bytes: Array(text.utf8)), into: &diagnostics)
        return KubernetesObject.all(in: YAMLTree(try #require(documents.first))).map(\.kind)
    }

    @Test func itemsOfAnyKindAreObjects() throws {
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}}"
        #expect(try Self.kinds("{apiVersion: v1, kind: List, items: [\(pod)]}") == ["Pod"])
        #expect(
            try Self.kinds("{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, items: [\(pod), \(pod)]}") == [
                "Pod", "Pod",
            ])
        #expect(try Self.kinds("{apiVersion: v1, kind: PodList, items: [{metadata: {name: a}}]}") == ["Pod"])
        // An item that does not say what it is takes that from a list of one kind only.
        #expect(try Self.kinds("{apiVersion: v1, kind: ConfigMap, items: [{metadata: {name: a}}]}") == [])
        #expect(try Self.kinds("{apiVersion: v1, kind: ConfigMap, items: {a: 1}}") == ["ConfigMap"])
    }
}
