// SPDX-License-Identifier: Apache-2.0

import Backends
import Driver
import IR

/// What becomes of every file of the corpus, compiled on its own with `--all`.
struct Census {
    struct Project {
        var files = 0
        var compiled = 0
        var workloads = 0
        var withoutWorkload = 0
        var refused = 0
    }

    struct Code {
        var findings = 0
        var files = 0
    }

    private(set) var projects: [String: Project] = [:]
    private(set) var codes: [DiagnosticCode: Code] = [:]
    /// Errors that have no place.
    private(set) var unplaced: [String] = []
    /// Warnings of readable secrets, with their places, in the order of the files.
    private(set) var secrets: [String] = []
    /// Files that compile and have a workload without policy.
    private(set) var missed: [String] = []

    static let taken: Census = {
        let bundles = Bundles()
        var census = Census()
        for source in TestData.allDeployments {
            census.count(source, Compilation(source: source, bundles: bundles).generate(source))
        }
        return census
    }()

    private mutating func count(_ source: SourceFile, _ result: GenerateResult) {
        let errors = result.diagnostics.all.filter { $0.severity == .error }
        var project = projects[Self.project(source.path), default: Project()]
        project.files += 1
        if !errors.isEmpty {
            project.refused += 1
            for code in Set(errors.map(\.code)) { codes[code, default: Code()].files += 1 }
            for error in errors {
                codes[error.code, default: Code()].findings += 1
                if error.range == nil { unplaced.append("\(source.path): \(error.message)") }
            }
        } else if result.report.workloads.isEmpty {
            project.withoutWorkload += 1
        } else {
            project.compiled += 1
            project.workloads += result.report.workloads.count
        }
        if errors.isEmpty, Compilation.workloads(in: source) != result.report.workloads.count {
            missed.append(source.path)
        }
        projects[Self.project(source.path)] = project
        for finding in result.diagnostics.all where finding.code == .readableSecret {
            let line = finding.range.map { $0.file.position(at: $0.start).line } ?? 0
            secrets.append("\(source.path):\(line): \(finding.message)")
        }
    }

    /// The public project that a file is from.
    private static func project(_ path: String) -> String {
        let parts = path.split(separator: "/")
        guard parts[0] == "helm" else { return parts[1].split(separator: "+").joined(separator: "/") }
        let chart =
            parts[1].hasPrefix("bitnami_")
            ? "bitnami/charts"
            : parts[1].hasPrefix("charts_podinfo") ? "stefanprodan/podinfo" : "kubernetes/ingress-nginx"
        return chart + ", by Helm"
    }

    // MARK: - As the page of the documentation has it

    /// The rows of the table of projects.
    var projectRows: [String] {
        var sum = Project()
        var rows: [String] = []
        for (name, project) in projects.sorted(by: { $0.key < $1.key }) {
            rows.append(Self.row(name, project))
            sum.files += project.files
            sum.compiled += project.compiled
            sum.workloads += project.workloads
            sum.withoutWorkload += project.withoutWorkload
            sum.refused += project.refused
        }
        return rows + [Self.row("all", sum)]
    }

    private static func row(_ name: String, _ project: Project) -> String {
        let numbers = [project.files, project.compiled, project.workloads, project.withoutWorkload, project.refused]
        return "| \(name) | \(numbers.map(String.init).joined(separator: " | ")) |"
    }

    /// How the rows of the table of codes start.
    var codeRows: [String] {
        codes.sorted { $0.key.rawValue < $1.key.rawValue }.map { code, count in
            "| [\(code.rawValue)](codes/\(code.rawValue).md) | \(count.files) | \(count.findings) |"
        }
    }
}
