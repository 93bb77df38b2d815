// SPDX-License-Identifier: Apache-2.0

internal import Compiler
internal import IR
internal import Measurement
internal import Synchronization

/// The ID blocks of a run: made once for each platform and number of vCPUs, since pods share them.
final class IDBlocks: Sendable {
    private let snpEntries: @Sendable (Bundle) -> [SNPReferenceValues]
    private let cache = Mutex<Cache>(Cache())

    private struct Cache {
        var entries: [Platform: [SNPReferenceValues]] = [:]
        var annotations: [Launch: [IDBlockPass.Annotation]] = [:]
    }

    private struct Launch: Hashable {
        var platform: Platform
        var vCPUs: Int64
    }

    /// - Parameter entries: the reference values that pods with a bundle are verified by.
    init(entries: @escaping @Sendable (Bundle) -> [SNPReferenceValues]) { snpEntries = entries }

    /// The reference values for AMD processors of the bundle's platform.
    func entries(of bundle: Bundle) -> [SNPReferenceValues] {
        if let cached = cache.withLock({ $0.entries[bundle.platform] }) { return cached }
        let entries = snpEntries(bundle)
        cache.withLock { $0.entries[bundle.platform] = entries }
        return entries
    }

    /// What a pod with a number of vCPUs is annotated with: block, authentication and guest policy for each product
    /// whose launch digest is known, sorted by product.
    func annotations(_ bundle: Bundle, vCPUs: Int64) -> [IDBlockPass.Annotation] {
        guard bundle.platform.usesIDBlock else { return [] }
        let launch = Launch(platform: bundle.platform, vCPUs: vCPUs)
        if let cached = cache.withLock({ $0.annotations[launch] }) { return cached }
        var made: [String: [IDBlockPass.Annotation]] = [:]
        for entry in entries(of: bundle) where made[entry.productName] == nil {
            made[entry.productName] = Self.annotations(entry, vCPUs: vCPUs)
        }
        let annotations = made.sorted { $0.key < $1.key }.flatMap(\.value)
        cache.withLock { $0.annotations[launch] = annotations }
        return annotations
    }

    private static func annotations(_ entry: SNPReferenceValues, vCPUs: Int64) -> [IDBlockPass.Annotation]? {
        guard let digest = digest(entry, vCPUs: vCPUs),
            let block = IDBlock(launchDigest: digest, policy: entry.guestPolicy.abiValue).signed
        else { return nil }
        return [
            .init(key: ContrastName.idBlockPrefix + entry.productName, value: Base64.text(block.bytes)),
            .init(key: ContrastName.idAuthPrefix + entry.productName, value: Base64.text(block.auth)),
            .init(
                key: ContrastName.guestPolicyPrefix + entry.productName, value: String(entry.guestPolicy.abiValue)),
        ]
    }

    /// The launch digest that an entry holds for a number of vCPUs, if it does.
    private static func digest(_ entry: SNPReferenceValues, vCPUs: Int64) -> LaunchDigest? {
        guard let digest = Hex.decode(entry.trustedMeasurement).flatMap({ LaunchDigest($0) }),
            SizeChecks.holds(vCPUs, entry)
        else { return nil }
        if entry.apeip.isEmpty { return digest }
        guard let apResetEIP = UInt32(entry.apeip, radix: 16),
            let signature = CPUSignature(product: entry.productName)
        else { return nil }
        return VCPULaunchDigests(oneVCPU: digest, apResetEIP: apResetEIP, signature: signature)[vCPUs: Int(vCPUs)]
    }
}
