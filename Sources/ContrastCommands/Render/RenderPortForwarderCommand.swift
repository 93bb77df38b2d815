// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import IR

/// `contrast render port-forwarder`.
struct RenderPortForwarderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "port-forwarder",
        abstract: "A pod that passes connections on to a Service, for 'kubectl port-forward'.",
        discussion: """
            'kubectl port-forward' cannot reach into confidential VMs; it can reach this pod.

            Example:
              contrast render port-forwarder -n shop coordinator 1313 | kubectl apply -f -
              kubectl port-forward -n shop pod/port-forwarder-coordinator 1313
            """)

    @Option(help: ArgumentHelp("Image of the forwarder.", valueName: "reference"))
    var image = ContrastName.portForwarderImage

    @Argument(help: ArgumentHelp("Name of the Service.", valueName: "service"))
    var service: String

    @Argument(help: ArgumentHelp("TCP ports.", valueName: "port"))
    var ports: [UInt16]

    @OptionGroup var options: RenderOptions

    func validate() throws {
        try ObjectName.checkImage(image, option: "--image")
        try ObjectName.check(service, option: "service")
        guard !ports.isEmpty, Set(ports).count == ports.count, !ports.contains(0) else {
            throw ValidationError("give each port once, from 1 to 65535")
        }
    }

    func run() throws {
        let resources = PortForwarderResources(
            service: service, ports: ports, namespace: options.namespace ?? "default", image: image)
        try options.finish(resources.yaml, Diagnostics())
    }
}
