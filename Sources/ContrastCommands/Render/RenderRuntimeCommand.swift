// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import IR

/// `contrast render runtime`.
struct RenderRuntimeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runtime",
        abstract: "The runtime of a platform: RuntimeClass, and the DaemonSet that installs it on the nodes.",
        discussion: """
            The RuntimeClass is the one that 'contrast generate' names with the same '--reference-values'.

            Example:
              contrast render runtime --reference-values metal-qemu-snp | kubectl apply -f -
            """)

    @Option(help: ArgumentHelp("A platform, or a bundle file.", valueName: "platform|file"))
    var referenceValues: String

    @Option(help: ArgumentHelp("Image of the installer.", valueName: "reference"))
    var image = ContrastName.nodeInstallerImage

    @Option(help: ArgumentHelp("Image that stands still when all is installed.", valueName: "reference"))
    var pauseImage = "registry.k8s.io/pause:3.10"

    @OptionGroup var options: RenderOptions

    func validate() throws {
        try ObjectName.checkImage(image, option: "--image")
        try ObjectName.checkImage(pauseImage, option: "--pause-image")
    }

    func run() throws {
        var diagnostics = Diagnostics()
        let yaml = BundleSource.read(referenceValues, &diagnostics).map {
            RuntimeResources(
                platform: $0.platform, handler: $0.handler, namespace: options.namespace ?? "kube-system",
                installerImage: image, pauseImage: pauseImage
            ).yaml
        }
        try options.finish(yaml, diagnostics)
    }
}
