// SPDX-License-Identifier: Apache-2.0

/// Changes to the strict rules that no request tells, and why that is no gap.
enum MutationSurvivors {
    static let reasons: [(name: String, reason: String)] = []
}
