// SPDX-License-Identifier: Apache-2.0

import Backends
import IR

/// Findings for the renderers' tests.
enum DiagnosticsFixture {
    static let web = SourceFile(
        path: "/srv/app/web, 1.yaml", bytes: Array("kind: Pod\nspec:\n  image: nginx\n  debug: yes\n".utf8))

    /// An error with notes, a warning with a fix-it, a note about a file, and an error about the run; one of them twice.
    static var all: Diagnostics {
        var all = Diagnostics()
        all.error(.missingCoordinator, "there is no Coordinator: 100% <lost>")
        all.warning(
            .unquotedScalar, "'debug' is a boolean", at: SourceRange(web, 40, 43),
            fixIts: [
                Diagnostic.FixIt("quote it", at: SourceRange(web, 40, 43), replacement: "\"yes\"")
            ])
        all.error(
            .imageNotLocked, "the image 'nginx' is not in the lock", at: SourceRange(web, 25, 30),
            notes: [
                Diagnostic.Note("'contrast lock' resolves it"),
                Diagnostic.Note("in this object", at: SourceRange(web, 0, 9)),
            ])
        all.note(.objectSkipped, "nothing here\nto see", path: "/srv/app/values.yaml")
        all.error(.missingCoordinator, "there is no Coordinator: 100% <lost>")
        return all
    }

    static func render(_ format: DiagnosticsFormat, _ diagnostics: Diagnostics = all) -> String {
        let renderer = DiagnosticsRenderer(baseDirectory: "/srv/app", toolVersion: "1.0")
        return String(decoding: renderer.render(diagnostics, as: format), as: UTF8.self)
    }
}
