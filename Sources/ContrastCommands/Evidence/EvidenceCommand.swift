// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// `contrast evidence`.
struct EvidenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence",
        abstract: "Show and verify the evidence of confidential VMs.",
        discussion: """
            Evidence is a SEV-SNP report or a TDX quote: as the kernel gives it, or as it goes over the wire with its \
            endorsements (sevsnp.Attestation, tdx.QuoteV4).
            """,
        subcommands: [EvidenceShowCommand.self, EvidenceVerifyCommand.self])
}
