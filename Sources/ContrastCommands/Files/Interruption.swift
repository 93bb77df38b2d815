// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What signals do to a run that writes files.
enum Interruption {
    /// Makes signals that end the process remove its temporary files first, and writes that cannot be done fail rather
    /// than end the process. To be called once, before other threads are started.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        var waited = waited
        pthread_sigmask(SIG_BLOCK, &waited, nil)
        // Without the thread, nobody would wait for them.
        if !startThread() { pthread_sigmask(SIG_UNBLOCK, &waited, nil) }
    }

    fileprivate static var waited: sigset_t { signals([SIGINT, SIGTERM, SIGHUP].filter { !isIgnored($0) }) }

    private static func startThread() -> Bool {
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        return pthread_create(&thread, nil, waitForSignals, nil) == 0
    }

    fileprivate static func signals(_ numbers: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }

    /// As `nohup` and shells leave the signals of what they start in the background.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        #if canImport(Glibc)
            return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
        #else
            return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self)
        #endif
    }
}

/// Ends the process by the first signal, once nothing is left of it.
private func waitForSignals(_ nothing: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    var waited = Interruption.waited
    var number: Int32 = 0
    while sigwait(&waited, &number) != 0 {}
    TemporaryFiles.shared.withLock { files in
        files.removeAll()
        signal(number, SIG_DFL)
        var unblocked = Interruption.signals([number])
        pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
        // To the thread that blocks it no more.
        raise(number)
        _exit(128 + number)
    }
    return nil
}
