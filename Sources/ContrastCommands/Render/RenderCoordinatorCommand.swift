// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import IR

/// `contrast render coordinator`.
struct RenderCoordinatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "The Coordinator: StatefulSet, Services, ServiceAccount and its rights.",
        discussion: """
            Put it beside your own YAML before 'contrast generate', which gives it its policy.

            Example:
              contrast render coordinator -n shop -o deployment/coordinator.yaml
            """)

    @Option(help: ArgumentHelp("Image of the Coordinator.", valueName: "reference"))
    var image = ContrastName.coordinatorImage

    @Option(help: ArgumentHelp("Runtime class of the pods.", valueName: "name"))
    var runtimeClass = RuntimeClass.genericName

    @Option(help: ArgumentHelp("Number of Coordinators.", valueName: "number"))
    var replicas = 1

    @OptionGroup var options: RenderOptions

    func validate() throws {
        try ObjectName.checkImage(image, option: "--image")
        try ObjectName.check(runtimeClass, option: "--runtime-class")
        guard 0...1000 ~= replicas else { throw ValidationError("'--replicas' takes a number from 0 to 1000") }
    }

    func run() throws {
        let resources = CoordinatorResources(
            namespace: options.namespace ?? "default", image: image, runtimeClass: runtimeClass, replicas: replicas)
        try options.finish(resources.yaml, Diagnostics())
    }
}
