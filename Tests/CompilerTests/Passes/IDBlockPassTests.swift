// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Testing

@Suite struct IDBlockPassTests {
    private let pod = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: a
        spec:
          containers: []

        """

    private func pass(_ products: String...) -> IDBlockPass {
        IDBlockPass(
            annotations: products.flatMap { product in
                ContrastName.idBlockPrefixes.map { .init(key: $0 + product, value: "VALUE") }
            })
    }

    private func keys(_ text: String) throws -> [String] {
        var diagnostics = Diagnostics()
        let documents = YAMLFrontend.parse(SourceFile(path: "t.yaml", bytes: Array(text.utf8)), into: &diagnostics)
        let annotations = YAMLTree(try #require(documents.first)).root["metadata"]?["annotations"]
        return (annotations?.pairs ?? []).map(\.key.text).filter { $0.hasPrefix("io.katacontainers.config.hyper") }
            .map { String($0.dropFirst("io.katacontainers.config.hypervisor.".count)) }
    }

    @Test func addsThreeAnnotationsForEachProduct() throws {
        let compiled = try run([pass("Genoa", "Milan")], on: pod)
        #expect(
            try keys(compiled.text) == [
                "snp_id_block_Genoa", "snp_id_auth_Genoa", "snp_guest_policy_Genoa", "snp_id_block_Milan",
                "snp_id_auth_Milan", "snp_guest_policy_Milan", "cc_init_data",
            ])
        #expect(try run([pass("Genoa", "Milan")], on: compiled.text).text == compiled.text)
        #expect(try removed(compiled.text) == pod)
    }

    @Test func takesOutBlocksOfOtherProducts() throws {
        let compiled = try run([pass("Genoa", "Milan")], on: pod)
        let changed = try run([pass("Milan")], on: compiled.text)
        #expect(
            try keys(changed.text) == [
                "snp_id_block_Milan", "snp_id_auth_Milan", "snp_guest_policy_Milan", "cc_init_data",
            ])
        #expect(try keys(run([pass()], on: changed.text).text) == ["cc_init_data"])
        #expect(try removed(changed.text) == pod)
    }

    @Test func restoresWhatOthersWrote() throws {
        let own = pod.replacing(
            "  name: a\n",
            with: """
                  name: a
                  annotations:
                    \(ContrastName.idBlockPrefixes[0])Milan: mine
                    \(ContrastName.idBlockPrefixes[1])Turin: 'mine too'

                """)
        for products in [[], ["Milan"]] {
            let pass = products.isEmpty ? pass() : pass("Milan")
            let compiled = try run([pass], on: own)
            let expected = products.isEmpty ? [] : ContrastName.idBlockPrefixes.map { $0 + "Milan" }
            #expect(try keys(compiled.text).dropLast() == expected.map { String($0.dropFirst(36)) }[...])
            #expect(try data(removed(compiled.text)) == data(own))
        }
    }
}
