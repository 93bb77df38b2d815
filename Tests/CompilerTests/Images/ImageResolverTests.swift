// SPDX-License-Identifier: Apache-2.0

import Compiler
import IR
import Synchronization
import Testing

@Suite struct ImageResolverTests {
    static let a = LockFixture.digest("a")
    static let i = LockFixture.digest("i")
    static let x = LockFixture.digest("x")
    static let own = "ghcr.io/edgelesssys/contrast/initializer:latest"

    static func resolver(
        _ images: [String: LockEntry], bundle: [String: LockEntry] = [:], requireProof: Bool = false
    ) throws -> ImageResolver {
        ImageResolver(
            lock: try #require(LockFixture.open(images)), bundleImages: bundle, requireProof: requireProof)
    }

    static func resolve(
        _ text: String, _ resolver: ImageResolver, bundled: String? = nil
    ) -> (image: ResolvedImage?, diagnostics: Diagnostics) {
        var diagnostics = Diagnostics()
        let image = resolver.resolve(Located(text), bundled: bundled, into: &diagnostics)
        return (image, diagnostics)
    }

    static let found: [(String, String, String)] = [
        ("app:1", "app:1", "app:1@\(a)"),
        ("app", "app", "app@\(a)"),
        ("app", "app:latest", "app@\(a)"),
        ("docker.io/library/app:1", "app:1", "docker.io/library/app:1@\(a)"),
        ("app:1@\(a)", "app:1", "app:1@\(a)"),
        ("app:1@\(a)", "docker.io/library/app:1", "app:1@\(a)"),
        ("app@\(a)", "app@\(a)", "app@\(a)"),
        ("app@\(a)", "app", "app@\(a)"),
    ]

    @Test(arguments: found) func finds(_ text: String, _ key: String, _ pinned: String) throws {
        let result = Self.resolve(text, try Self.resolver([key: LockFixture.asserted("a")]))
        #expect(result.diagnostics.all.isEmpty)
        let image = try #require(result.image)
        #expect(image.pinned == pinned)
        #expect(image.facts.digest == Self.a.description)
        #expect(!image.isProven)
    }

    @Test func pinsToTheIndex() throws {
        let resolver = try Self.resolver(["app:1": LockFixture.asserted("a", index: "i")])
        let plain = try #require(Self.resolve("app:1", resolver).image)
        #expect(plain.pinned == "app:1@\(Self.i)")
        #expect(plain.facts.index == Self.i.description)
        #expect(Self.resolve(plain.pinned, resolver).image?.pinned == plain.pinned)
        let exact = try #require(Self.resolve("app:1@\(Self.a)", resolver).image)
        #expect(exact.pinned == "app:1@\(Self.a)")
        #expect(exact.facts.index == nil)
    }

    @Test func aDifferentDigestShowsBoth() throws {
        let resolver = try Self.resolver(["app:1": LockFixture.asserted("a", index: "i")])
        let result = Self.resolve("app:1@\(Self.x)", resolver)
        #expect(result.image == nil)
        let finding = try #require(result.diagnostics.all.first)
        #expect(finding.code == .lockDigestMismatch)
        for digest in [Self.x, Self.i, Self.a] { #expect(finding.message.contains(digest.description)) }
        #expect(finding.notes.first?.range != nil)
    }

    @Test func aKeyMayNotLieAboutItsDigest() throws {
        let result = Self.resolve(
            "app@\(Self.x)", try Self.resolver(["app@\(Self.x)": LockFixture.asserted("a")]))
        #expect(result.diagnostics.all.map(\.code) == [.lockDigestMismatch])
    }

    @Test func spellingsMustAgree() throws {
        let images = ["app": LockFixture.asserted("a"), "library/app": LockFixture.asserted("x")]
        let resolver = try Self.resolver(images)
        #expect(Self.resolve("app", resolver).image?.facts.digest == Self.a.description)
        #expect(Self.resolve("docker.io/app", resolver).diagnostics.all.map(\.code) == [.lockDigestMismatch])
        #expect(Self.resolve("docker.io/app@\(Self.x)", resolver).image?.facts.digest == Self.x.description)
    }

    @Test func aMissingImageNamesItsNeighbours() throws {
        let resolver = try Self.resolver([
            "r.io/shop/web:1": LockFixture.asserted("a"), "r.io/shop/web:2": LockFixture.asserted("a"),
            "r.io/other:1": LockFixture.asserted("a"),
        ])
        let near = try #require(Self.resolve("r.io/shop/web:3", resolver).diagnostics.all.first)
        #expect(near.code == .imageNotLocked)
        #expect(near.message == "the image 'r.io/shop/web:3' is not in the lock")
        #expect(
            near.notes.map(\.message) == [
                "the lock has 'r.io/shop/web:1'", "the lock has 'r.io/shop/web:2'",
                "'contrast lock' resolves images and records them in the lock",
            ])
        let far = try #require(Self.resolve("mirror.io/web:3", resolver).diagnostics.all.first)
        #expect(far.notes.first?.message == "the lock has 'r.io/shop/web:1'")
        #expect(Self.resolve("nothing", resolver).diagnostics.all.first?.notes.count == 1)
    }

    @Test func refusesWhatIsNoReference() {
        let result = Self.resolve("${IMAGE}", ImageResolver(lock: LockFile()))
        #expect(result.diagnostics.all.map(\.code) == [.malformedImageReference])
    }

    @Test func requireProofRefusesAssertions() throws {
        let images = ["app": LockFixture.asserted("a"), "good": LockFixture.proven()]
        let resolver = try Self.resolver(images, requireProof: true)
        #expect(Self.resolve("app", resolver).diagnostics.all.map(\.code) == [.imageNotProven])
        #expect(Self.resolve("good", resolver).image?.isProven == true)
    }

    @Test func theBundleServesOnlyOurOwnImages() throws {
        let resolver = try Self.resolver([:], bundle: [Self.own: LockFixture.proven()])
        #expect(Self.resolve(Self.own, resolver).diagnostics.all.map(\.code) == [.imageNotLocked])
        #expect(Self.resolve(Self.own, resolver, bundled: Self.own).image?.isProven == true)
        let locked = try Self.resolver([Self.own: LockFixture.asserted("a")], bundle: [Self.own: LockFixture.proven()])
        #expect(Self.resolve(Self.own, locked, bundled: Self.own).image?.facts.digest == Self.a.description)
    }

    @Test func theBundleIsVerifiedToo() throws {
        var entry = LockFixture.proven()
        entry.config.user = "0"
        let result = Self.resolve(Self.own, try Self.resolver([:], bundle: [Self.own: entry]), bundled: Self.own)
        #expect(result.image == nil)
        #expect(result.diagnostics.all.map(\.code) == [.lockDigestMismatch])
        let other = Self.resolve(
            "\(Self.own)@\(Self.x)", try Self.resolver([:], bundle: [Self.own: LockFixture.proven()]),
            bundled: Self.own)
        #expect(other.diagnostics.all.map(\.code) == [.lockDigestMismatch])
    }

    @Test func anOwnImageWithoutDigestIsWarnedAboutOnce() throws {
        var entry = LockFixture.asserted("a")
        entry.digest = nil
        let resolver = try Self.resolver([:], bundle: [Self.own: entry], requireProof: true)
        let first = Self.resolve(Self.own, resolver, bundled: Self.own)
        #expect(first.image?.pinned == Self.own)
        #expect(first.diagnostics.all.map(\.code) == [.contrastImageWithoutDigest])
        #expect(!first.diagnostics.hasErrors)
        #expect(Self.resolve(Self.own, resolver, bundled: Self.own).diagnostics.all.isEmpty)
    }

    @Test func aReplacementBringsItsDigest() throws {
        let resolver = try Self.resolver([:], bundle: [Self.own: LockFixture.proven(user: "7")])
        let image = try #require(Self.resolve("mirror/init:v1@\(Self.x)", resolver, bundled: Self.own).image)
        #expect(image.pinned == "mirror/init:v1@\(Self.x)")
        #expect(image.facts.digest == Self.x.description)
        #expect(image.facts.user == "7")
        #expect(!image.isProven)
    }

    @Test func manyThreadsGetOneAnswer() async throws {
        let images = Dictionary(
            uniqueKeysWithValues: (0..<20).map { ("app\($0):1", LockFixture.proven(user: "\($0)")) })
        let resolver = try Self.resolver(images)
        let users = await withTaskGroup(of: String?.self) { group in
            for number in 0..<200 {
                group.addTask { Self.resolve("app\(number % 20):1", resolver).image?.facts.user }
            }
            return await group.reduce(into: [String: Int]()) { $0[$1 ?? "none", default: 0] += 1 }
        }
        #expect(users == Dictionary(uniqueKeysWithValues: (0..<20).map { ("\($0)", 10) }))
    }
}
