// SPDX-License-Identifier: Apache-2.0

import IR

/// Block volumes and GPUs of a container.
struct DeviceLowering {
    /// More GPUs in one container are an error.
    static let gpuLimit: Int64 = 64

    private(set) var devices: [DevicePolicy] = []
    private(set) var linuxDevices: [LinuxDevicePolicy] = []
    private(set) var runtimeAnnotationPatterns: [KeyValue] = []

    init(
        _ workload: Shared<Workload>, _ container: Shared<Container>, settings: DeviceSettings,
        into diagnostics: inout Diagnostics
    ) {
        addVolumeDevices(workload, container, settings, &diagnostics)
        addGPUs(container, settings, &diagnostics)
    }

    private mutating func addVolumeDevices(
        _ workload: Shared<Workload>, _ container: Shared<Container>, _ settings: DeviceSettings,
        _ diagnostics: inout Diagnostics
    ) {
        guard !container.value.volumeDevices.isEmpty else { return }
        let volumes = Set(
            workload.value.volumeClaimTemplates.map(\.value) + workload.value.spec.volumes.map(\.name.value))
        for device in container.value.volumeDevices {
            let path = device.devicePath.value
            if !volumes.contains(device.name.value) {
                diagnostics.error(
                    .missingReference,
                    "container '\(container.value.name.value)' attaches volume '\(device.name.value)', which the pod does not "
                        + "have", at: device.name.range ?? device.range)
            }
            if path.hasPrefix(settings.vfioDevicePath) {
                diagnostics.error(
                    .invalidValue,
                    "devicePath '\(path)' starts with '\(settings.vfioDevicePath)', which is kept for GPUs",
                    at: device.devicePath.range ?? device.range)
            }
            devices.append(DevicePolicy(containerPath: path))
            linuxDevices.append(LinuxDevicePolicy(path: path))
        }
    }

    private mutating func addGPUs(
        _ container: Shared<Container>, _ settings: DeviceSettings, _ diagnostics: inout Diagnostics
    ) {
        var count: Int64 = 0
        for limit in container.value.limits where settings.gpuResourceKeys.contains(limit.key) {
            guard let number = Quantity(limit.value)?.integer else {
                diagnostics.error(
                    .malformedQuantity, "'\(limit.value)' is not a number of '\(limit.key)', expected an integer",
                    at: limit.range)
                continue
            }
            count += min(number, Self.gpuLimit + 1)
            if count > Self.gpuLimit {
                diagnostics.error(
                    .limitExceeded,
                    "container '\(container.value.name.value)' asks for more than \(Self.gpuLimit) GPUs",
                    at: limit.range)
                return
            }
        }
        guard count > 0 else { return }
        let gpu = DevicePolicy(type: settings.gpuDeviceType, containerPath: settings.vfioDevicePath)
        devices += Array(repeating: gpu, count: Int(count))
        runtimeAnnotationPatterns = [KeyValue(settings.annotationKeyRegex, settings.gpuAnnotationValueRegex)]
    }
}
