// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import IR
internal import ImageFixtures
internal import OCI
internal import Synchronization

/// What runs asynchronously. The fuzzer is optimized as releases are, which other tests are not: a compiler has made
/// wrong code of such functions.
enum ResolutionTargets {
    /// The user files of an image with up to eight layers, of which each has or takes away what a byte says.
    static func files(_ bytes: [UInt8]) {
        var expected: (passwd: String, group: String) = ("", "")
        var layers: [([UInt8], ImageFixture.Codec)] = []
        for (number, byte) in bytes.prefix(8).enumerated() {
            let text = "\(number):x:\(byte):\(byte)::/:/\n"
            let tar = TarBuilder.archive { tar in
                if byte & 1 != 0 { tar.file("data", String(repeating: text, count: Int(byte))) }
                if byte & 2 != 0 { tar.file("etc/passwd", text) }
                if byte & 4 != 0 { tar.file("etc/group", text) }
                if byte & 6 == 0, byte & 8 != 0 { tar.file("etc/.wh.passwd", "") }
            }
            if byte & 6 == 0, byte & 8 != 0 { expected.passwd = "" }
            if byte & 2 != 0 { expected.passwd = text }
            if byte & 4 != 0 { expected.group = text }
            layers.append((tar, byte & 16 != 0 ? .gzip : .plain))
        }
        let image = ImageFixture(layers: layers)
        let source = PausingSource(image: MemorySource(image, piece: 100), pauses: Int(bytes.last ?? 0) & 15)
        let entry = wait {
            try await ImageResolution(source: source).resolve(ImageReference("registry.example/a:1"))
        }
        guard case .success(let entry) = entry else { preconditionFailure("a good image is refused: \(entry)") }
        precondition(entry.facts.passwd == expected.passwd, "passwd is that of another layer, or of none")
        precondition(entry.facts.group == expected.group, "group is that of another layer, or of none")
    }

    private static func wait<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) -> Result<Value, any Error> {
        let outcome = Outcome<Value>()
        Task {
            do { outcome.set(.success(try await work())) } catch { outcome.set(.failure(error)) }
        }
        return outcome.wait()
    }
}

/// What a task makes, for a thread that waits for it.
private final class Outcome<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    func set(_ value: Result<Value, any Error>) {
        result.withLock { $0 = value }
        done.signal()
    }

    func wait() -> Result<Value, any Error> {
        done.wait()
        return result.withLock { $0 } ?? .failure(CancellationError())
    }
}

/// A source whose blobs come after others had their turns.
private struct PausingSource: ImageSource {
    let image: MemorySource
    let pauses: Int

    func manifest(of reference: ImageReference, digest: ImageDigest?) async throws -> StoredManifest {
        try await image.manifest(of: reference, digest: digest)
    }

    func read(
        _ blob: Descriptor, of reference: ImageReference, into sink: (UnsafeRawBufferPointer) throws -> Void
    ) async throws {
        for _ in 0..<pauses { await Task.yield() }
        try await image.read(blob, of: reference, into: sink)
    }
}
