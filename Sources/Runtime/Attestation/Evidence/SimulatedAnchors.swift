// SPDX-License-Identifier: Apache-2.0

package import IR

/// That simulated evidence may be accepted. It takes two: the environment of the process and the command.
package struct SimulationConsent: Sendable {
    /// The variable that must be `1`.
    package static let variable = "CONTRAST_ALLOW_INSECURE_RUNTIMES"

    /// - Parameters:
    ///   - environment: the value of the variable.
    ///   - command: whether the flag `--INSECURE` was given.
    package init?(environment: String?, command: Bool) {
        guard environment == "1", command else { return nil }
    }
}

/// Why a manifest's simulated roots cannot be used.
package enum SimulationError: Error, Sendable, Equatable {
    /// A real platform stands beside a simulated one.
    case mixed
    /// An entry of a simulated platform has no roots, or one that is none; its place.
    case root(ManifestPath)
    /// Two entries have different roots for one product.
    case conflict(ManifestPath)
}

extension SimulationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .mixed: "simulated platforms stand beside real ones"
        case .root(let path): path.message("expected the root certificate of the simulated platform in hexadecimal")
        case .conflict(let path): path.message("another entry has another root for the same product")
        }
    }
}

/// The roots of simulated platforms, as a manifest pins them. Nothing else of a verification differs.
package struct SimulatedAnchors: Sendable {
    package private(set) var snp = SNPTrustAnchors([:])
    package private(set) var tdx: [Certificate] = []

    /// `nil` for a manifest of real platforms.
    package init?(_ values: ReferenceValues, _ consent: SimulationConsent) throws(SimulationError) {
        let platforms = values.snp.map(\.platform) + values.tdx.map(\.platform)
        guard platforms.contains(where: Platform.isInsecureName) else { return nil }
        guard platforms.allSatisfy(Platform.isInsecureName) else { throw .mixed }
        let root = ManifestPath().key("ReferenceValues")
        for (index, entry) in values.snp.enumerated() {
            let path = root.key("snp").index(index).key("InsecureRoots")
            for certificate in try Self.roots(entry.insecureRoots, at: path) {
                guard let product = SNPProduct(rootName: certificate.commonName) else { throw .root(path) }
                let other = snp.products[product]?.ark
                guard other == nil || other == certificate else { throw .conflict(path) }
                snp.products[product] = SNPTrustAnchors.Product(ark: certificate)
            }
        }
        for (index, entry) in values.tdx.enumerated() {
            tdx += try Self.roots(entry.insecureRoots, at: root.key("tdx").index(index).key("InsecureRoots"))
        }
    }

    private static func roots(_ texts: [String], at path: ManifestPath) throws(SimulationError) -> [Certificate] {
        if texts.isEmpty { throw .root(path) }
        var roots: [Certificate] = []
        for (index, text) in texts.enumerated() {
            guard let der = Hex.decode(text), let certificate = try? Certificate(der: der) else {
                throw .root(path.index(index))
            }
            roots.append(certificate)
        }
        return roots
    }
}

extension SNPProduct {
    /// By the common name of a root.
    fileprivate init?(rootName: String) {
        guard let product = SNPProduct.allCases.first(where: { "ARK-\($0.rawValue)" == rootName }) else { return nil }
        self = product
    }
}
