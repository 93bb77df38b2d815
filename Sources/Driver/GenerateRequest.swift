// SPDX-License-Identifier: Apache-2.0

package import Backends
package import Compiler
package import IR

/// Everything that a run of generate depends on, read into memory.
package struct GenerateRequest: Sendable {
    package var inputs: [InputFile]
    /// The platform for workloads that do not name theirs; `nil` when none was given.
    package var platform: Platform?
    package var bundles: Bundles
    package var profile: PolicyProfile = .strict
    package var secretValues: SecretValues = .pinned
    package var policyLayout: PolicyLayout = .release
    package var settings: PolicySettings
    package var lock: LockFile
    package var replacements = ImageReplacements()
    /// What findings about the manifest that is written call it.
    package var manifestPath = "manifest.json"
    /// The manifest as it is, if there is one.
    package var manifest: SourceFile?
    package var workloadOwners: [Manifest.ListedKey] = []
    package var seedshareOwners: [Manifest.ListedKey] = []
    package var switches = Switches()
    package var secretLint = SecretLint()
    /// The day of the run, for bundles that expire; `nil` when no bundle shall.
    package var today: CalendarDay?
    /// Threads to compile with.
    package var jobs = 1

    /// The options that are on or off.
    package struct Switches: Sendable {
        /// Compile workloads of other runtime classes too.
        package var all = false
        /// Undo instead of compile.
        package var remove = false
        /// Replace reference values that differ from the release's.
        package var refresh = false
        package var requireProof = false
        package var skipInitializer = false
        package var skipServiceMesh = false
        package var injectImageStore = false
        package var debugShell = false
        package var calculatePodMemory = false
        package var disableUpdates = false
        /// Make a complete report: with objects that bear no pod, and with untrusted volumes.
        package var reportsEverything = false
        /// Whether the report lists workloads; it grows with their number.
        package var listsWorkloads = true
        /// Make strict policies where nothing binds images too.
        package var allowUnboundImages = false
        /// Accept platforms that attest nothing.
        package var allowInsecure = false

        package init() {}
    }

    package init(inputs: [InputFile], bundles: Bundles, settings: PolicySettings, lock: LockFile) {
        self.inputs = inputs
        self.bundles = bundles
        self.settings = settings
        self.lock = lock
    }
}

/// What a run of generate would write.
package struct GenerateResult: Sendable {
    /// The inputs in their order; empty when they were handed to a sink.
    package var files: [File]
    /// `nil` when nothing was compiled.
    package var manifest: [UInt8]?
    package var diagnostics: Diagnostics
    package var report: CompileReport
    /// How many workloads were compiled.
    package var policyCount: Int

    /// One input, and what becomes of it.
    package struct File: Sendable {
        package var input: InputFile
        package var old: [UInt8]
        package var bytes: [UInt8]
    }
}
