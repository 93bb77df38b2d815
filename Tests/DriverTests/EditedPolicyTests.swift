// SPDX-License-Identifier: Apache-2.0

import Backends
import Digests
import Driver
import Foundation
import IR
import InitDataFormat
import Testing

/// What is found in policies that somebody changed by hand.
@Suite struct EditedPolicyTests {
    // MARK: - Each value of the data

    @Test(arguments: PolicyProfile.allCases)
    func eachValueIsCompared(_ profile: PolicyProfile) throws {
        let data = try Self.policy(profile)
        var count = 0
        var unseen: [String] = []
        func check(_ changed: PolicyData, _ place: String) {
            count += 1
            let entries = PolicyDifference(from: data, to: changed).entries
            if entries.isEmpty, Self.meaning(of: changed) != Self.meaning(of: data) { unseen.append(place) }
        }
        Self.forEachChange(of: data.pod, at: "pod") { value, place in
            check(PolicyData(profile: data.profile, settings: data.settings, pod: value), place)
        }
        Self.forEachChange(of: data.settings, at: "settings") { value, place in
            check(PolicyData(profile: data.profile, settings: value, pod: data.pod), place)
        }
        #expect(count > 100)
        // The path is only in the text where devices ask for it; the pause container has its name from its kind.
        #expect(unseen.filter { !["settings.vfio_path removed", "pod.containers[0].name removed"].contains($0) } == [])
    }

    /// What the rules get to see. That nothing is listed, or a switch is off, is as good as no value.
    private static func meaning(of data: PolicyData) -> JSONValue {
        // `JSONValue` has a nil of its own.
        let none = JSONValue?.none
        func plain(_ value: JSONValue) -> JSONValue? {
            switch value {
            case .object(let object):
                let members = object.members.compactMap { member in plain(member.value).map { (member.key, $0) } }
                return members.isEmpty ? none : .object(JSONObject(members))
            case .array(let items): return items.isEmpty ? none : .array(items.map { plain($0) ?? "" })
            case .string(let text): return text.isEmpty ? none : value
            case .bool(let isOn): return isOn ? value : none
            case .integer, .double, .null: return value
            }
        }
        func without(_ names: Set<String>, _ value: JSONValue) -> JSONValue {
            .object(
                JSONObject((value.object?.members ?? []).filter { !names.contains($0.key) }.map { ($0.key, $0.value) }))
        }
        // These say how the rest is put together.
        let containers = data.effectiveContainers.map { without(["base_mounts", "kind_mounts", "without_mounts"], $0) }
        return plain(.array([without(["base", "kinds"], data.settings)] + containers)) ?? .null
    }

    /// Calls with a copy for each value in it, with that one changed or removed.
    private static func forEachChange(of value: JSONValue, at place: String, _ body: (JSONValue, String) -> Void) {
        switch value {
        case .object(let object):
            for (key, member) in object.members {
                func with(_ other: JSONValue?) -> JSONValue {
                    var copy = object
                    copy[key] = other
                    return .object(copy)
                }
                body(with(nil), "\(place).\(key) removed")
                forEachChange(of: member, at: "\(place).\(key)") { body(with($0), $1) }
            }
        case .array(let items):
            for index in items.indices {
                var copy = items
                copy.remove(at: index)
                body(.array(copy), "\(place)[\(index)] removed")
                forEachChange(of: items[index], at: "\(place)[\(index)]") { changed, place in
                    var copy = items
                    copy[index] = changed
                    body(.array(copy), place)
                }
            }
            body(.array(items + ["more"]), "\(place) with one more")
        case .string(let text): body(.string(text + "x"), place)
        case .bool(let isOn): body(.bool(!isOn), place)
        case .integer, .double, .null: body("another", place)
        }
    }

    private static func policy(_ profile: PolicyProfile) throws -> PolicyData {
        let yaml = try Shop.compiled(TrustReviewTests.Change("", "", "", "") { $0.profile = profile }).yaml
        return try PolicyReader.read(Array(try webPolicy(yaml).text.utf8))
    }

    private static func webPolicy(_ yaml: String) throws -> (text: String, content: AnnotationContent) {
        var diagnostics = Diagnostics()
        let attached = PolicyAnnotations.read(
            SourceFile(path: "shop.yaml", bytes: Array(yaml.utf8)), into: &diagnostics)
        let web = try #require(attached.first { $0.workload?.contains("web") == true })
        return (try #require(web.content.policy), web.content)
    }

    // MARK: - Reviews

    @Test func secondContainerOfOneNameIsFound() throws {
        let data = try Self.policy(.strict)
        var containers = try #require(data.pod["containers"]?.array)
        var second = try #require(containers.last?.object)
        second["args"] = ["/bin/sh"]
        containers.append(.object(second))
        var pod = try #require(data.pod.object)
        pod["containers"] = .array(containers)
        let changed = PolicyData(profile: .strict, settings: data.settings, pod: .object(pod))
        for pair in [(data, changed), (changed, data)] {
            let entries = PolicyDifference(from: pair.0, to: pair.1).entries
            #expect(entries.first?.aspect == "containers of this name" && entries.first?.kind == .container)
            #expect(entries.allSatisfy { $0.widens })
        }
        #expect(PolicyDifference(from: changed, to: changed).entries == [])
    }

    /// The reference in place of a Secret's value hides no other value in its place.
    @Test func argumentThatLooksTheSameIsFound() throws {
        let findings = try Self.findings(
            edit: "--password=correct-horse", to: "--password=$(PASSWORD)")
        #expect(findings.map(\.kind) == [.arguments])
        #expect(findings.allSatisfy { $0.widens && $0.old != $0.new })
        for finding in findings { #expect(!"\(finding)".contains("correct-horse")) }
    }

    @Test func whatHasNoWordsIsFound() throws {
        let findings = try Self.findings(edit: #""CHOWN","DAC_OVERRIDE""#, to: #""DAC_OVERRIDE","CHOWN""#)
        #expect(findings.map(\.kind) == [.policy])
        #expect(findings.allSatisfy { $0.widens })
    }

    /// A policy that nothing heeds protects nothing.
    @Test(arguments: ["runc", "kata-qemu", "contrast-cc-metal-qemu-snp-ffffffff"])
    func anotherRuntimeClassIsFound(_ name: String) throws {
        let yaml = try Shop.compiled(TrustReviewTests.Change("", "", "", "")).yaml
        let line = try #require(yaml.split(separator: "\n").last { $0.contains("runtimeClassName") })
        let other = yaml.replacing(line, with: line.prefix { $0 == " " } + "runtimeClassName: \(name)")
        let sides = [yaml, other].map { text in
            var diagnostics = Diagnostics()
            return DeploymentSnapshot(
                files: [SourceFile(path: "shop.yaml", bytes: Array(text.utf8))], into: &diagnostics)
        }
        let findings = TrustReview(from: sides[0], to: sides[1]).findings
        #expect(findings.map(\.aspect) == [name.hasPrefix("contrast") ? "runtime class" : "protection"])
        #expect(findings.allSatisfy { $0.widens && $0.kind == .workload })
    }

    /// What is found after an edit of the policy in the annotation of the workload.
    private static func findings(edit old: String, to new: String) throws -> [TrustFinding] {
        let yaml = try Shop.compiled(TrustReviewTests.Change("", "", "", "")).yaml
        let (text, content) = try webPolicy(yaml)
        guard case .initData(_, var document) = content else { throw InitDataError("no initdata") }
        try #require(text.contains(old))
        document.data[InitData.policyKey] = text.replacing(old, with: new)
        let annotation = String(decoding: Base64.encode(GzipEncoder().encode(rest: document.document)), as: UTF8.self)
        let sides = try [yaml, Self.replacingAnnotation(of: yaml, with: annotation)].map { text in
            var diagnostics = Diagnostics()
            let file = SourceFile(path: "shop.yaml", bytes: Array(text.utf8))
            let snapshot = DeploymentSnapshot(files: [file], into: &diagnostics)
            try #require(diagnostics.all.isEmpty)
            return snapshot
        }
        return TrustReview(from: sides[0], to: sides[1]).findings
    }

    private static func replacingAnnotation(of yaml: String, with value: String) throws -> String {
        let marker = InitDataBackend.annotation + ": "
        let web = try #require(yaml.range(of: "name: web"))
        let start = try #require(yaml[web.upperBound...].range(of: marker)).upperBound
        let end = yaml[start...].firstIndex { ",} ".contains($0) || $0.isNewline } ?? yaml.endIndex
        return yaml.replacingCharacters(in: start..<end, with: value)
    }
}
