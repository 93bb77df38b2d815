// SPDX-License-Identifier: Apache-2.0

import ATLS
import Attestation
import Digests
import GRPCCore
import SimulatedPlatform
import TLSMessages
import Synchronization
import Testing

/// Evidence that is genuine but of something else, on either side.
struct RefusedEvidenceTests {
    /// What an attacker changes, and the rule that finds it; `nil` where the document cannot be read.
    enum Attack: CaseIterable {
        case otherNonce, shortData, otherDevice, bitFlip, empty, garbage, tooLarge, wrongKind, otherPolicy

        func apply(to issuer: inout SimulatedIssuer) throws {
            switch self {
            case .otherNonce: issuer.reportData = { _ in [UInt8](repeating: 7, count: 64) }
            case .shortData: issuer.reportData = { Array($0.prefix(32)) + [UInt8](repeating: 0, count: 32) }
            case .otherDevice: issuer.platform = try OtherDevice.platform.get()
            case .bitFlip:
                issuer.document = { bytes in
                    var bytes = bytes
                    // In the report's measurement.
                    bytes[200] ^= 1
                    return bytes
                }
            case .empty: issuer.document = { _ in [] }
            case .garbage: issuer.document = { _ in [UInt8](repeating: 0xFF, count: 500) }
            case .tooLarge: issuer.document = { $0 + [UInt8](repeating: 0, count: EvidenceDocument.sizeLimit) }
            case .wrongKind: issuer.kind = .tdx
            case .otherPolicy: issuer.hostData = [UInt8](repeating: 0xEE, count: 32)
            }
        }

        func isReason(_ error: ATLSError?) -> Bool {
            func failed(_ fields: String...) -> Bool {
                guard case .evidence(.failed(let failure)) = error else { return false }
                return Set(failure.steps.compactMap { $0.shortfall?.field }) == Set(fields)
            }
            switch self {
            case .otherNonce, .shortData: return failed("REPORT_DATA")
            case .otherDevice: return failed("ARK")
            case .otherPolicy: return failed("HOST_DATA")
            case .bitFlip: return failed("SIGNATURE")
            case .empty: return error == .certificate(.evidenceSize(0))
            case .tooLarge:
                if case .certificate(.evidenceSize(let count)) = error { return count > EvidenceDocument.sizeLimit }
                return false
            case .garbage, .wrongKind:
                if case .evidence(.malformed) = error { return true }
                return false
            }
        }
    }

    private enum OtherDevice {
        static let platform = Result { try SimulatedWorld().platform }
    }

    @Test("a client refuses a server", arguments: Attack.allCases)
    func servers(_ attack: Attack) async throws {
        var issuer = try SimulatedWorld.shared.get().issuer(SimulatedWorld.coordinator)
        try attack.apply(to: &issuer)
        try await withServer(issuer: issuer) { _, port, outcomes in
            do {
                _ = try await getManifests(port, .simulated())
                Issue.record("accepted")
            } catch let error as ATLSError {
                #expect(attack.isReason(error), "\(error)")
            }
            #expect(outcomes.accepted.isEmpty)
        }
    }

    @Test("a server refuses a client", arguments: Attack.allCases)
    func clients(_ attack: Attack) async throws {
        let world = try SimulatedWorld.shared.get()
        try await withServer(.attested(world.verifier(.workload))) { _, port, outcomes in
            let configuration = try ATLSClientConfiguration.workload { try? attack.apply(to: &$0) }
            await #expect(throws: (any Error).self) { try await newMeshCert(port, configuration) }
            let refusal = try await outcomes.firstRefusal()
            #expect(attack.isReason(refusal), "\(String(describing: refusal))")
            #expect(outcomes.accepted.isEmpty)
        }
    }

    @Test("genuine evidence for this nonce but for another key is worth nothing")
    func otherKey() async throws {
        let nonce = ATLSNonce()
        var issuer = try SimulatedWorld.shared.get().issuer(SimulatedWorld.coordinator)
        issuer.reportData = { _ in nonce.reportData(publicKey: Array("the key of the true server".utf8)) }
        try await withServer(issuer: issuer) { _, port, _ in
            var configuration = try ATLSClientConfiguration.simulated()
            configuration.makeNonce = { nonce }
            do {
                _ = try await getManifests(port, configuration)
                Issue.record("accepted")
            } catch let error as ATLSError {
                #expect(Attack.otherNonce.isReason(error), "\(error)")
            }
        }
    }

    @Test("a guest with the other role is refused")
    func roles() async throws {
        let world = try SimulatedWorld.shared.get()
        try await withServer(issuer: world.issuer(SimulatedWorld.workload)) { _, port, _ in
            do {
                _ = try await getManifests(port, .simulated())
                Issue.record("accepted")
            } catch let error as ATLSError {
                #expect(Attack.otherPolicy.isReason(error), "\(error)")
            }
        }
    }

    @Test("a server that needs evidence refuses clients without")
    func noEvidence() async throws {
        let world = try SimulatedWorld.shared.get()
        let key = try GeneratedKey(.workloadOwner)
        try await withServer(.attested(world.verifier(.workload))) { _, port, outcomes in
            await #expect(throws: (any Error).self) { try await newMeshCert(port, .simulated()) }
            guard case .tls(let reason)? = try await outcomes.firstRefusal() else {
                Issue.record("\(outcomes.refusals)")
                return
            }
            #expect(reason.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE"))
        }
        try await withServer(.attested(world.verifier(.workload))) { _, port, outcomes in
            await #expect(throws: (any Error).self) { try await newMeshCert(port, .simulated(.key(key.pem))) }
            let refusal = try await outcomes.firstRefusal()
            #expect(refusal == .certificate(.noEvidence))
        }
    }

    @Test("a platform that makes no evidence ends the handshake, on either side")
    func issuerFails() async throws {
        let world = try SimulatedWorld.shared.get()
        var broken = world.issuer(SimulatedWorld.coordinator)
        broken.fails = true
        try await withServer(issuer: broken) { _, port, outcomes in
            await #expect(throws: (any Error).self) { try await getManifests(port, .simulated()) }
            let refusal = try await outcomes.firstRefusal()
            #expect(refusal == .issuer("Failure()"))
        }
        try await withServer(.attested(world.verifier(.workload))) { _, port, outcomes in
            await #expect(throws: ATLSError.issuer("Failure()")) {
                try await newMeshCert(port, .workload { $0.fails = true })
            }
            #expect(outcomes.accepted.isEmpty)
        }
    }

    @Test("a server that has no manifest yet says so")
    func notReady() async throws {
        struct NotReady: PeerVerifier {
            func verify(
                _ document: EvidenceDocument, reportData: [UInt8], at time: Timestamp
            ) async throws(EvidenceRefusal) -> any PeerClaims { throw .notReady("no manifest is set") }
        }
        try await withServer(.attested(NotReady())) { _, port, outcomes in
            await #expect(throws: (any Error).self) { try await newMeshCert(port, .workload()) }
            let refusal = try await outcomes.firstRefusal()
            #expect(refusal == .evidence(.notReady("no manifest is set")))
        }
    }

    @Test("a verification that takes long ends with its connection", .timeLimit(.minutes(3)))
    func abandoned() async throws {
        final class Patient: PeerVerifier {
            let hasStarted = Atomic(false)
            let wasCancelled: AsyncStream<Bool>
            private let end: AsyncStream<Bool>.Continuation

            init() { (wasCancelled, end) = AsyncStream.makeStream(of: Bool.self) }

            func verify(
                _ document: EvidenceDocument, reportData: [UInt8], at time: Timestamp
            ) async throws(EvidenceRefusal) -> any PeerClaims {
                hasStarted.store(true, ordering: .relaxed)
                try? await Task.sleep(for: .seconds(600))
                end.yield(Task.isCancelled)
                throw .notReady("it has waited")
            }
        }
        let verifier = Patient()
        var limits = ATLSLimits()
        limits.handshake = .seconds(2)
        try await withServer(.attested(verifier), limits: limits) { _, port, _ in
            // On a slow machine the time of a handshake may be over before it comes that far.
            while !verifier.hasStarted.load(ordering: .relaxed), !Task.isCancelled {
                await #expect(throws: (any Error).self) { try await newMeshCert(port, .workload()) }
            }
            for await wasCancelled in verifier.wasCancelled.prefix(1) { #expect(wasCancelled) }
        }
    }
}
