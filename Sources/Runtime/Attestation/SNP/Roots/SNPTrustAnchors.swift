// SPDX-License-Identifier: Apache-2.0

/// The roots that reports may lead to. They are a parameter of every verification.
package struct SNPTrustAnchors: Sendable {
    /// Root and intermediate certificates of one product.
    package struct Product: Sendable {
        package var ark: Certificate
        /// Signs VCEKs; `nil` when evidence has to bring it along.
        package var ask: Certificate?
        /// Signs VLEKs.
        package var asvk: Certificate?

        package init(ark: Certificate, ask: Certificate? = nil, asvk: Certificate? = nil) {
            self.ark = ark
            self.ask = ask
            self.asvk = asvk
        }
    }

    package var products: [SNPProduct: Product]

    package init(_ products: [SNPProduct: Product]) { self.products = products }

    /// AMD's own, built in.
    package static let amd: SNPTrustAnchors = {
        let texts: [(SNPProduct, String, String, String)] = [
            (.milan, MilanRoots.ark, MilanRoots.ask, MilanRoots.asvk),
            (.genoa, GenoaRoots.ark, GenoaRoots.ask, GenoaRoots.asvk),
            (.turin, TurinRoots.ark, TurinRoots.ask, TurinRoots.asvk),
        ]
        var products: [SNPProduct: Product] = [:]
        for (product, ark, ask, asvk) in texts {
            // A product whose certificates cannot be read has no roots, so that nothing of it verifies.
            guard let all = try? PEMFile(Array([ark, ask, asvk].joined(separator: "\n").utf8)).certificates,
                all.count == 3
            else { continue }
            products[product] = Product(ark: all[0], ask: all[1], asvk: all[2])
        }
        return SNPTrustAnchors(products)
    }()
}
