// SPDX-License-Identifier: Apache-2.0

package import IR

/// Reads settings in genpolicy's format: a JSON document and JSON Patches (RFC 6902) on it.
package enum SettingsReader {
    /// A longer document or patch is an error; in bytes.
    package static let sizeLimit = 4 << 20

    /// The settings, or `nil` with at least one error.
    ///
    /// - Parameter dropIns: Patches in the order in which they apply.
    package static func read(
        _ base: SourceFile, dropIns: [SourceFile] = [], into diagnostics: inout Diagnostics
    ) -> PolicySettings? {
        guard var document = parse(base, &diagnostics) else { return nil }
        var writes: [(source: SourceFile, write: JSONPatch.Write)] = []
        for dropIn in dropIns {
            guard let patch = parse(dropIn, &diagnostics) else { return nil }
            do throws(JSONPatch.Failure) {
                writes += try JSONPatch.apply(patch, to: &document).map { (dropIn, $0) }
            } catch {
                diagnostics.error(
                    .malformedSettings, error.message, at: JSONLocator.nearest(to: error.pointer, in: dropIn))
                return nil
            }
        }
        let problems = SettingsProblems()
        let settings = SettingsDecoder.decode(document, problems)
        for problem in problems.all {
            let place = problem.pointer.tokens.isEmpty ? "" : "\(problem.pointer): "
            diagnostics.error(
                .malformedSettings, place + problem.message, at: range(of: problem, in: base, writes))
        }
        return problems.all.isEmpty ? settings : nil
    }

    private static func parse(_ source: SourceFile, _ diagnostics: inout Diagnostics) -> JSONValue? {
        guard source.bytes.count <= sizeLimit else {
            diagnostics.error(
                .limitExceeded, "settings of \(source.bytes.count) bytes, the limit is \(sizeLimit)", path: source.path)
            return nil
        }
        do throws(JSONError) {
            return try JSONParser.parse(source.bytes)
        } catch {
            diagnostics.error(
                .malformedSettings, "not JSON: \(error.message)", at: SourceRange(source, error.offset, error.offset))
            return nil
        }
    }

    /// Where the value that a problem is about was written: by the last operation on it or above it, else in the
    /// document itself. A patch that moves items within an array may put it beside the right one.
    private static func range(
        of problem: SettingsProblems.Problem, in base: SourceFile,
        _ writes: [(source: SourceFile, write: JSONPatch.Write)]
    ) -> SourceRange {
        var source = base
        var pointer = problem.pointer
        var isAboutKey = problem.isAboutKey
        if let (patch, write) = writes.last(where: { $0.write.path.isPrefix(of: problem.pointer) }) {
            source = patch
            isAboutKey = isAboutKey && write.path != problem.pointer
            pointer = JSONPointer(write.origin.tokens + problem.pointer.tokens.dropFirst(write.path.tokens.count))
        }
        if isAboutKey, let key = JSONLocator.key(at: pointer, in: source) { return key }
        return JSONLocator.nearest(to: pointer, in: source)
    }
}
