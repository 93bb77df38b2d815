// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The figures that monitoring reads, in Prometheus' text format. Labels come from fixed lists, so that no caller can make
/// them grow.
package final class Metrics: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case setManifest = "SetManifest"
        case getManifests = "GetManifests"
        case recover = "Recover"
        case newMeshCert = "NewMeshCert"
        case recoverPeer = "RecoverPeer"

        fileprivate var labels: String {
            switch self {
            case .setManifest, .getManifests, .recover:
                "grpc_method=\"\(rawValue)\",grpc_service=\"edgelesssys.contrast.userapi.UserAPI\",grpc_type=\"unary\""
            case .newMeshCert: "grpc_method=\"NewMeshCert\",grpc_service=\"meshapi.MeshAPI\",grpc_type=\"unary\""
            case .recoverPeer: "grpc_method=\"Recover\",grpc_service=\"meshapi.MeshAPI\",grpc_type=\"unary\""
            }
        }
    }

    /// Upper bounds of the histogram, in microseconds.
    private static let bounds: [UInt64] = [
        100, 500, 1000, 5000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
    ]

    private struct Series {
        var started: UInt64 = 0
        /// By the name of the status.
        var handled: [String: UInt64] = [:]
        /// Each call in the first bucket that holds it.
        var buckets = [UInt64](repeating: 0, count: Metrics.bounds.count + 1)
        var microseconds: UInt64 = 0
    }

    private struct Figures {
        var calls: [Method: Series] = [:]
        var attestationFailures: UInt64 = 0
    }

    private let states: StateGuard
    private let figures = Mutex(Figures())

    package init(_ states: StateGuard) { self.states = states }

    package func started(_ method: Method) { figures.withLock { $0.calls[method, default: Series()].started += 1 } }

    /// - Parameter status: `nil` when the call has succeeded.
    package func handled(_ method: Method, _ status: CoordinatorError.Status?, took duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let time = UInt64(clamping: max(0, seconds)) &* 1_000_000 &+ UInt64(clamping: attoseconds / 1_000_000_000_000)
        figures.withLock { figures in
            figures.calls[method, default: Series()].handled[status?.name ?? "OK", default: 0] += 1
            let bucket = Self.bounds.firstIndex { time <= $0 } ?? Self.bounds.count
            figures.calls[method, default: Series()].buckets[bucket] += 1
            figures.calls[method, default: Series()].microseconds &+= time
        }
    }

    /// A peer of the mesh API whose evidence was refused.
    package func attestationFailed() { figures.withLock { $0.attestationFailures += 1 } }

    /// What `/metrics` answers.
    package func respond() -> HTTPResponse {
        HTTPResponse(
            status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(text.utf8))
    }

    private var text: String {
        let figures = figures.withLock { $0 }
        let generation = if case .active(let state) = states.standing { state.generation } else { 0 }
        var text = ""
        func family(_ name: String, _ kind: String, _ help: String, _ samples: [String]) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
            for sample in samples { text += "\(sample)\n" }
        }
        family(
            "contrast_coordinator_manifest_generation", "gauge",
            "Number of the manifest that is served, 0 for none.",
            ["contrast_coordinator_manifest_generation \(generation)"])
        let calls = Method.allCases.map { ($0.labels, figures.calls[$0] ?? Series()) }
        family(
            "contrast_grpc_server_handled_total", "counter", "Calls that have ended, by status.",
            calls.flatMap { labels, series in
                series.handled.sorted { $0.key < $1.key }.map { status, count in
                    "contrast_grpc_server_handled_total{grpc_code=\"\(status)\",\(labels)} \(count)"
                }
            })
        family(
            "contrast_grpc_server_handling_seconds", "histogram", "Time that calls took.",
            calls.flatMap { Self.histogram($0, $1) })
        family(
            "contrast_grpc_server_started_total", "counter", "Calls that have started.",
            calls.map { "contrast_grpc_server_started_total{\($0)} \($1.started)" })
        family(
            "contrast_meshapi_attestation_failures_total", "counter", "Peers whose evidence was refused.",
            ["contrast_meshapi_attestation_failures_total \(figures.attestationFailures)"])
        return text
    }

    private static func histogram(_ labels: String, _ series: Series) -> [String] {
        let name = "contrast_grpc_server_handling_seconds"
        var count: UInt64 = 0
        var lines: [String] = []
        for (index, bucket) in series.buckets.enumerated() {
            count += bucket
            let bound = index < bounds.count ? seconds(bounds[index]) : "+Inf"
            lines.append("\(name)_bucket{\(labels),le=\"\(bound)\"} \(count)")
        }
        return lines + ["\(name)_sum{\(labels)} \(seconds(series.microseconds))", "\(name)_count{\(labels)} \(count)"]
    }

    /// Decimal, without trailing zeros.
    private static func seconds(_ microseconds: UInt64) -> String {
        let (whole, part) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        if part == 0 { return "\(whole)" }
        var digits = String(part + 1_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}

extension CoordinatorError.Status {
    /// As gRPC calls it.
    package var name: String {
        switch self {
        case .invalidArgument: "InvalidArgument"
        case .permissionDenied: "PermissionDenied"
        case .failedPrecondition: "FailedPrecondition"
        case .internal: "Internal"
        case .unavailable: "Unavailable"
        }
    }
}
