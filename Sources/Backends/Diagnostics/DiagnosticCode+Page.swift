// SPDX-License-Identifier: Apache-2.0

package import IR

extension DiagnosticCode {
    /// The page of the documentation, as Markdown: what it means, a wrong and a right example, and what is at stake.
    package var page: String? { CodePages.all[rawValue].map { $0 + "\n" } }
}
