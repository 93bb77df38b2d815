// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Options of upstream's generate that do nothing here: each is ignored with a note or refused
/// with the reason, and none is an unknown option.
struct UpstreamOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: .hidden) var policy: String?
    @Option(name: [.customShort("c"), .customLong("genpolicy-cache-path")], help: .hidden) var cachePath: String?
    @Flag(help: .hidden) var skipTrustedStore = false
    @Option(help: .hidden) var referenceValuePatches: [String] = []
    @Flag(help: .hidden) var purgeEmptyReferenceValues = false
    @Option(help: .hidden) var collateralProxy: String?

    /// What is accepted and changes nothing.
    var ignored: [(name: String, reason: String)] {
        var options: [(name: String, reason: String)] = []
        if cachePath != nil { options.append(("--genpolicy-cache-path", "image facts are in contrast.lock")) }
        if skipTrustedStore {
            options.append(("--skip-trusted-store", "there is no image store without '--inject-image-store'"))
        }
        return options
    }

    func validate() throws {
        if let reason = refusal { throw ValidationError(reason) }
    }

    private var refusal: String? {
        if policy != nil {
            return "'-p' has no meaning here: rules are part of the program and linked into each policy"
        }
        if !referenceValuePatches.isEmpty {
            return
                "'--reference-value-patches' is not supported: give '--reference-values' a bundle file with your values, "
                + "or edit them in the manifest, where they are kept"
        }
        if purgeEmptyReferenceValues {
            return "'--purge-empty-reference-values' is not supported: take the entries out of the manifest, where "
                + "your edits are kept; values that are missing are only warned of"
        }
        if collateralProxy != nil {
            return "'--collateral-proxy' is not supported: no Coordinator or initializer of this release reads it"
        }
        return nil
    }
}
