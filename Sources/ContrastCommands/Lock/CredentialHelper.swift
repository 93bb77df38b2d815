// SPDX-License-Identifier: Apache-2.0

internal import OCI
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A program `docker-credential-NAME`, which keeps credentials.
struct CredentialHelper {
    let program: String
    let file: String
    /// Milliseconds for an answer, in which a person may have to unlock a store.
    private static let patience: Int32 = 60_000
    /// One at a time, since between the making of a pipe and its mark other programs would inherit it.
    private static let starting = Mutex(())

    init(name: String, configuredIn file: String) {
        program = "docker-credential-\(name)"
        self.file = file
    }

    /// The credential for a server; `nil` when the helper has none.
    func get(_ server: String) throws -> RegistryCredential? {
        // A helper that does not read is no reason to end.
        signal(SIGPIPE, SIG_IGN)
        let (process, input, output) = try Self.starting.withLock { _ in
            guard let input = Pipe(), let output = Pipe() else { throw failure("no pipe can be made") }
            return (try start(input.reading, output.writing), input, output)
        }
        input.closeReading()
        output.closeWriting()
        _ = server.withCString { write(input.writing, $0, strlen($0)) }
        input.closeWriting()
        let bytes = read(output.reading)
        if bytes == nil { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        guard let bytes else { throw failure("it gives no answer") }
        guard status == 0 else {
            // The one message by which helpers say that they have nothing.
            if String(decoding: bytes, as: UTF8.self).contains("credentials not found") { return nil }
            throw failure("it fails")
        }
        do throws(ImageError) { return try HelperAnswer.parse(bytes) } catch { throw failure(error.message) }
    }

    private func start(_ input: Int32, _ output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        // It does not take over how this process treats signals.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, usual) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigemptyset(&usual)
        sigaddset(&usual, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let argv: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup("get"), nil]
        defer { for pointer in argv { free(pointer) } }
        var process = pid_t()
        let code = posix_spawnp(&process, program, &actions, &attributes, argv, environ)
        guard code == 0 else { throw failure(String(cString: strerror(code))) }
        return process
    }

    /// `nil` when it takes too long or is too much.
    private func read(_ descriptor: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= HelperAnswer.sizeLimit {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, Self.patience)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return nil }
            let count = systemRead(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
        return nil
    }

    private func failure(_ reason: String) -> ImageError {
        ImageError(.refused, "the credential helper '\(program)' of '\(file)': \(reason)")
    }
}

/// A pipe whose ends no other program inherits by accident.
private final class Pipe {
    private(set) var reading: Int32
    private(set) var writing: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reading = ends[0]
        writing = ends[1]
    }

    deinit {
        closeReading()
        closeWriting()
    }

    func closeReading() { Self.end(&reading) }
    func closeWriting() { Self.end(&writing) }

    private static func end(_ descriptor: inout Int32) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}

// The call that the helper's own member would hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
