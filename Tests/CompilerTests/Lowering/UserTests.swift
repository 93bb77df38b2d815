// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct UserTests {
    /// The security contexts of one case.
    struct Contexts: Sendable {
        var podUser: UInt32?
        var podGroup: UInt32?
        var fsGroup: UInt32?
        var supplemental: [UInt32] = []
        var user: UInt32?
        var group: UInt32?
    }

    private static let passwd = """
        root:x:0:0:root:/root:/bin/sh
        name:x:2:1::/home/name:/bin/false

        redis:x:1000:1000:Linux User,,,:/:/bin/false
        """
    private static let group = "root:x:0:\nwheel:x:10:root\nname:x:2:name\nbad:x:x:root\nstaff:x:50:redis,name\n"

    private func test(_ image: String?, _ contexts: Contexts) -> LoweringCase {
        var test = LoweringCase {
            $0.securityContext.runAsUser = contexts.user.map { Located($0) }
            $0.securityContext.runAsGroup = contexts.group.map { Located($0) }
        }
        test.images["app"]?.user = image
        test.images["app"]?.passwd = Self.passwd
        test.images["app"]?.group = Self.group
        test.workload.spec.securityContext.runAsUser = contexts.podUser.map { Located($0) }
        test.workload.spec.securityContext.runAsGroup = contexts.podGroup.map { Located($0) }
        test.workload.spec.securityContext.fsGroup = contexts.fsGroup.map { Located($0) }
        test.workload.spec.securityContext.supplementalGroups = contexts.supplemental.map { Located($0) }
        test.settings.cluster.guestPull = false
        return test
    }

    @Test(
        arguments: [
            (nil, Contexts(), [0, 0], [0, 10]),
            ("1000", Contexts(), [1000, 1000], [50, 1000]),
            ("name", Contexts(), [2, 1], [1, 50]),
            ("name", Contexts(user: 2, group: 1), [2, 1], [1, 50]),
            ("1000:7", Contexts(), [1000, 1000], [50, 1000]),
            ("77", Contexts(), [77, 0], [0]),
            ("1000", Contexts(podUser: 65534, podGroup: 65534), [65534, 65534], [65534]),
            ("1000", Contexts(podUser: 65534), [65534, 0], [0]),
            ("77", Contexts(podUser: 1000), [1000, 1000], [50, 1000]),
            ("1000", Contexts(podGroup: 5), [1000, 5], [5, 50]),
            ("1000", Contexts(group: 5), [1000, 5], [5, 50, 1000]),
            (nil, Contexts(user: 1000), [1000, 1000], [0, 50, 1000]),
            (nil, Contexts(user: 77), [77, 0], [0]),
            ("77", Contexts(fsGroup: 3, supplemental: [9, 8]), [77, 0], [0, 3, 8, 9]),
            ("77", Contexts(podUser: 1, podGroup: 2, supplemental: [2, 3], user: 4), [4, 2], [2, 3]),
        ] as [(String?, Contexts, [UInt32], [UInt32])])
    func workloads(_ image: String?, _ contexts: Contexts, _ ids: [UInt32], _ groups: [UInt32]) throws {
        let process = try #require(test(image, contexts).web).process
        #expect([process.uid.value, process.gid.value] == ids)
        #expect(process.additionalGids == groups)
    }

    @Test(
        arguments: [
            ("65535:65535", Contexts(supplemental: [9]), [65535, 65535], [65535]),
            (nil, Contexts(fsGroup: 8, supplemental: [9]), [0, 0], [8, 9]),
            (nil, Contexts(podUser: 1, supplemental: [9]), [1, 0], [0]),
            ("65535:65535", Contexts(podUser: 65534, podGroup: 65533), [65534, 65533], [65533]),
            ("65535", Contexts(), [65535, 0], []),
        ] as [(String?, Contexts, [UInt32], [UInt32])])
    func pause(_ image: String?, _ contexts: Contexts, _ ids: [UInt32], _ groups: [UInt32]) throws {
        var test = test(nil, contexts)
        test.images[test.settings.cluster.pauseContainerImage]?.user = image
        let process = try #require(test.pause).process
        #expect([process.uid.value, process.gid.value] == ids)
        #expect(process.additionalGids == groups)
    }

    @Test(arguments: [("nobody", "does not list"), ("a:b:c", "expected 'user' or 'user:group'")])
    func usersThatCannotBeFoundAreRoot(_ user: String, _ message: String) {
        let (policy, findings) = test(user, Contexts()).lower()
        #expect(policy?.containers.last?.process.uid.value == 0)
        #expect(findings.count == 1)
        #expect(findings.first?.hasPrefix("warning CC0409") == true)
        #expect(findings.first?.contains(message) == true)
    }

    @Test(
        arguments: [
            (nil, nil, Contexts(podUser: 1, podGroup: 1), true), (nil, "", Contexts(podUser: 1, podGroup: 1), false),
            ("", nil, Contexts(podUser: 1, podGroup: 1), false), (nil, "", Contexts(user: 1), true),
            (nil, "", Contexts(user: 1, group: 1), true), (nil, "", Contexts(), false),
            ("", "", Contexts(user: 1), false),
        ] as [(String?, String?, Contexts, Bool)])
    func filesNobodyLookedIntoMatterWhenAnIdDependsOnThem(
        _ passwd: String?, _ group: String?, _ contexts: Contexts, _ isWarned: Bool
    ) {
        var test = test(nil, contexts)
        test.images["app"]?.passwd = passwd
        test.images["app"]?.group = group
        #expect(test.lower().findings.map { $0.prefix(14) } == (isWarned ? ["warning CC0409"] : []))
    }

    @Test func aDamagedFileCountsAsEmpty() throws {
        var test = test("1000", Contexts())
        test.images["app"]?.passwd = Self.passwd + "\nhalf:x:1\n"
        let process = try #require(test.web).process
        #expect(process.gid.value == 0)
        #expect(process.additionalGids == [0])
    }

    @Test(
        arguments: [
            (nil, Contexts(supplemental: [10])), ("name", Contexts(supplemental: [50], user: 2, group: 1)),
            ("name", Contexts(podUser: 2, podGroup: 1, fsGroup: 50)), ("77", Contexts(podUser: 77)),
            ("1000", Contexts(supplemental: [50], user: 1000, group: 1000)),
        ] as [(String?, Contexts)])
    func idsThatTheYAMLStatesPassTheGuestPullCheck(_ image: String?, _ contexts: Contexts) {
        var test = test(image, contexts)
        test.settings.cluster.guestPull = true
        #expect(test.lower().findings == [])
    }

    @Test(
        arguments: [
            (nil, Contexts(), "spec:\n  securityContext:\n    supplementalGroups: [10]"),
            (
                "name", Contexts(),
                """
                spec:
                  securityContext:
                    supplementalGroups: [50]
                  containers:
                  - name: web
                    securityContext:
                      runAsUser: 2
                      runAsGroup: 1
                """
            ),
            ("77", Contexts(), "spec:\n  containers:\n  - name: web\n    securityContext:\n      runAsUser: 77"),
        ] as [(String?, Contexts, String)])
    func idsOfTheImageFailTheGuestPullCheck(_ image: String?, _ contexts: Contexts, _ snippet: String) throws {
        var test = test(image, contexts)
        test.settings.cluster.guestPull = true
        var diagnostics = Diagnostics()
        #expect(test.policy(&diagnostics) == nil)
        let finding = try #require(diagnostics.all.first)
        #expect(finding.code == .guestPullSecurityContext)
        #expect(finding.message.contains("set explicit Kubernetes securityContext values"))
        #expect(finding.notes.map(\.message) == ["to state them in the pod:\n" + snippet])
    }
}
