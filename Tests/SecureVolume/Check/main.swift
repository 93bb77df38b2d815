// SPDX-License-Identifier: Apache-2.0

// Sets up the volume on a device, as the initializer does, for the test in a VM.
//
//     volume-check DEVICE MOUNTPOINT PASSPHRASE-FILE

internal import Workload

let arguments = CommandLine.arguments
guard arguments.count == 4 else { fatalError("expected a device, a mount point and a file") }
let volume = SecureVolume(device: arguments[1], mountPoint: arguments[2], passphraseFile: arguments[3])
do {
    print("volume \(try volume.setUp(on: LinuxVolumeHost()).rawValue)")
} catch {
    print("volume failed: \(error)")
}
