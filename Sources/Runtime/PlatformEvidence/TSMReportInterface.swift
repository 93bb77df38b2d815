// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Why the kernel has given no report.
package enum TSMError: Error, Sendable, Equatable {
    /// An operation of the system failed; its name, the file and the number of the error.
    case system(String, path: String, code: Int32)
    /// The provider is neither of SEV-SNP nor of TDX; what it is called.
    case provider(String)
    /// Something else has written to the request's directory too; how often in all, in the kernel's words.
    case generation(String)
    /// A file is larger than `TSMReportInterface.sizeLimit`.
    case tooLarge(path: String)
}

extension TSMError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .system(let operation, let path, let code):
            "cannot \(operation) '\(path)': \(String(cString: strerror(code)))"
        case .provider(let name): "the kernel's provider '\(name)' is neither 'sev_guest' nor 'tdx_guest'"
        case .generation(let count): "the request was disturbed: it has generation '\(count)', not 1"
        case .tooLarge(let path): "'\(path)' is larger than any report"
        }
    }
}

/// A report as the kernel has it.
package struct TSMReport: Sendable, Equatable {
    package enum Provider: String, Sendable {
        case snp = "sev_guest"
        case tdx = "tdx_guest"
    }

    package var provider: Provider
    /// The report of SEV-SNP, or the quote of TDX.
    package var report: [UInt8]
    /// What the host has added; empty where there is no such file.
    package var auxiliary: [UInt8]
}

/// The kernel's interface for attestation reports: `configfs-tsm` (Linux, Documentation/ABI/testing/configfs-tsm-report).
///
/// Each request has a directory of its own, which the kernel fills and the request removes.
package struct TSMReportInterface: Sendable {
    package static let standardDirectory = "/sys/kernel/config/tsm/report"
    /// Bytes of one file.
    package static let sizeLimit = 1 << 20

    package var directory: String
    /// Makes a directory that the kernel fills; returns as `mkdir` does.
    package var makeDirectory: @Sendable (String) -> Int32

    package init(
        directory: String = Self.standardDirectory,
        makeDirectory: @escaping @Sendable (String) -> Int32 = { mkdir($0, 0o700) }
    ) {
        self.directory = directory
        self.makeDirectory = makeDirectory
    }

    /// Waits for the platform, which takes some milliseconds, and longer where many ask.
    ///
    /// - Parameter reportData: 64 bytes that the report will hold.
    package func report(_ reportData: [UInt8]) throws(TSMError) -> TSMReport {
        let entry = "\(directory)/contrast-\(UInt64.random(in: .min ... .max))"
        if makeDirectory(entry) != 0 { throw .system("make the directory", path: entry, code: errno) }
        defer { rmdir(entry) }
        try write(reportData, to: "\(entry)/inblob")
        let name = try text("\(entry)/provider")
        guard let provider = TSMReport.Provider(rawValue: name) else { throw .provider(name) }
        let report = try read("\(entry)/outblob")
        var auxiliary: [UInt8] = []
        do throws(TSMError) {
            auxiliary = try read("\(entry)/auxblob")
        } catch .system {
            // Not every provider has one.
        }
        // Each write counts one on.
        let generation = try text("\(entry)/generation")
        guard generation == "1" else { throw .generation(generation) }
        return TSMReport(provider: provider, report: report, auxiliary: auxiliary)
    }

    private func text(_ path: String) throws(TSMError) -> String {
        let bytes = try read(path)
        return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    }

    private func read(_ path: String) throws(TSMError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system("open", path: path, code: errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            #if canImport(Glibc)
                let count = Glibc.read(file, &chunk, chunk.count)
            #else
                let count = Darwin.read(file, &chunk, chunk.count)
            #endif
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("read", path: path, code: errno) }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= Self.sizeLimit else { throw .tooLarge(path: path) }
        }
    }

    /// In one piece: the kernel takes each write for a request.
    private func write(_ bytes: [UInt8], to path: String) throws(TSMError) {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw .system("open", path: path, code: errno) }
        defer { close(file) }
        #if canImport(Glibc)
            let count = Glibc.write(file, bytes, bytes.count)
        #else
            let count = Darwin.write(file, bytes, bytes.count)
        #endif
        guard count == bytes.count else { throw .system("write", path: path, code: count < 0 ? errno : EIO) }
    }
}
