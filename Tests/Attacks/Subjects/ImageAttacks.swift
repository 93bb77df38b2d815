// SPDX-License-Identifier: Apache-2.0

import IR

extension Attack {
    private static let storageList = "storages"
    private static let digit: Character = "0"

    private static func isImage(_ storage: JSONValue) -> Bool { storage["driver"]?.string == "image_guest_pull" }

    /// Changes the storage that is the image.
    private static func image(_ request: inout JSONValue, _ change: (inout JSONValue) -> Bool) -> Bool {
        request.editItem(storageList, where: isImage, change)
    }

    private static func digestChanged(_ reference: String) -> String {
        guard reference.contains("@"), let last = reference.last else { return reference }
        return reference.dropLast() + (last == digit ? "1" : "0")
    }

    static let images: [Attack] = [
        .container("image-other-digest", .critical, "another image is pulled: its digest is other") { request, _ in
            image(&request) { $0.editText("source", digestChanged) }
        },
        .container("image-other-digest-everywhere", .critical, "the same, and the annotation agrees") { request, _ in
            image(&request) { $0.editText("source", digestChanged) }
                && request.editText("OCI/Annotations/io.kubernetes.cri.image-name", digestChanged)
        },
        .container("image-other-repository", .critical, "another image is pulled: its repository is other") {
            request, _ in
            image(&request) { $0.editText("source") { "registry.attacker.example/" + $0 } }
        },
        .container("image-without-digest", .critical, "the image is pulled by tag") { request, _ in
            image(&request) { $0.editText("source") { $0.split(separator: "@").first.map(String.init) ?? "" } }
        },
        .container("image-of-other-container", .critical, "the image of another container of the pod is pulled") {
            request, scene in
            guard
                let other = scene.otherCreation(than: scene.next)?.request["storages"]?.array?.last(where: isImage)
            else { return false }
            return image(&request) { $0.set("source", other["source"] ?? nil) }
        },
        .container("image-pause", .high, "the pause image is used for a container") { request, _ in
            image(&request) { $0.set("source", "pause") }
        },
        .container("image-annotation", .high, "the annotation names another image than is pulled") { request, _ in
            request.set("OCI/Annotations/io.kubernetes.cri.image-name", "registry.attacker.example/image:latest")
        },
        .pause("image-for-pause", .critical, "an image from a registry is pulled for the pause container") { request in
            image(&request) { $0.set("source", "registry.attacker.example/pause:latest") }
        },
        .container("image-metadata-of-pause", .high, "the metadata of the pull make the guest use the pause image") {
            request, _ in
            image(&request) {
                $0.editText("driver_options/0") {
                    $0.replacing("container-type\":\"container", with: "container-type\":\"sandbox")
                }
            }
        },
        .container("image-metadata-twice", .high, "the metadata say it twice, and the later counts") { request, _ in
            image(&request) {
                $0.editText("driver_options/0") {
                    $0.dropLast(2) + ",\"io.kubernetes.cri.container-type\":\"sandbox\"}}"
                }
            }
        },
        .container("image-metadata-escaped", .high, "the metadata say it in escaped letters") { request, _ in
            image(&request) {
                $0.editText("driver_options/0") {
                    $0.dropLast(2) + #","io.kubernetes.cri.container-\u0074ype":"sandbox"}}"#
                }
            }
        },
        .container("image-metadata-other-runtime", .high, "the metadata say it in the words of another runtime") {
            request, _ in
            image(&request) {
                $0.editText("driver_options/0") {
                    $0.dropLast(2) + ",\"io.kubernetes.cri-o.ContainerType\":\"sandbox\"}}"
                }
            }
        },
        .pause("image-metadata-pulls-pause", .critical, "the metadata make the guest pull what is called pause") {
            request in
            image(&request) { $0.set("driver_options", ["image_guest_pull={\"metadata\":{}}"]) }
        },
        .pause("image-metadata-elsewhere", .critical, "the metadata are right, but not where the guest looks") {
            request in
            image(&request) {
                $0.editText("driver_options/0") {
                    $0.replacing("{\"metadata\":{", with: "{\"metadata\":{},\"other\":{")
                }
            }
        },
        .create("image-options-more", .medium, "the pull has another option besides") { request in
            image(&request) { $0.append("driver_options", "image_guest_pull={\"metadata\":{}}") }
        },
        .create("image-not-pulled", .critical, "no image is pulled; the root is what the host put there") {
            $0.removeItem(storageList, where: isImage)
        },
        .create("image-pulled-twice", .high, "the image is pulled twice") { $0.repeatLast(storageList) },
        .create("image-second", .high, "a second image is pulled to the same place") { request in
            guard var second = request["storages"]?.array?.last(where: isImage) else { return false }
            second.set("source", "registry.attacker.example/image:latest")
            return request.append(storageList, second)
        },
        .create("image-second-elsewhere", .critical, "a second image is pulled over a directory of the guest") {
            request in
            guard var second = request["storages"]?.array?.last(where: isImage) else { return false }
            second.set("mount_point", "/usr/bin")
            return request.append(storageList, second)
        },
        .create("image-driver", .critical, "the root is a share of the host in place of the image") { request in
            image(&request) { $0.set("driver", "virtio-fs") }
        },
        .create("image-driver-overlay", .critical, "the root is an overlay over directories of the host's choice") {
            request in
            image(&request) {
                $0.set("driver", "overlayfs") && $0.set("options", ["lowerdir=/run/kata-containers/shared"])
            }
        },
        .create("image-file-system", .high, "the image has another type of file system") { request in
            image(&request) { $0.set("fstype", "virtiofs") }
        },
        .create("image-mount-options", .high, "the image is mounted with other options") { request in
            image(&request) { $0.append("options", "upperdir=/run/kata-containers/shared") }
        },
        .create("image-shared", .medium, "the image is marked as shared") { request in
            image(&request) { $0.flip("shared") }
        },
        .create("image-group", .medium, "the files of the image are given to a group") { request in
            image(&request) { $0.set("fs_group", ["group_id": 1000]) }
        },
        .create("image-mount-point", .critical, "the image is mounted over a directory of the guest") { request in
            image(&request) { $0.set("mount_point", "/usr/bin") }
        },
        .create("image-mount-point-of-other", .high, "the image is mounted to the root of another container") {
            request in
            image(&request) { $0.set("mount_point", .string("/run/kata-containers/\(Scene.strangeID)/rootfs")) }
        },
    ]

    private static let root = "OCI/Root/Path"

    static let roots: [Attack] = [
        .create("root-shared", .critical, "the root is below the directory that the host writes to") { request in
            request.editText(root) { "/run/kata-containers/shared/containers" + $0 }
        },
        .create("root-of-other", .critical, "the root is that of another id") { request in
            request.set(root, .string("/run/kata-containers/\(Scene.strangeID)/rootfs"))
        },
        .create("root-of-guest", .critical, "the root is that of the guest") { $0.set(root, "/") },
        .create("root-prefix", .critical, "the root's path has something before it") { request in
            request.editText(root) { "/mnt" + $0 }
        },
        .create("root-suffix", .critical, "the root's path has something after it") { request in
            request.editText(root) { $0 + "/../../shared" }
        },
        .create("root-line", .high, "the root's path has a second line") { request in
            request.editText(root) { "/\n" + $0 }
        },
        .create("root-access", .medium, "a read-only root is made writable, or the other way round") {
            $0.flip("OCI/Root/Readonly")
        },
        .create("root-and-image-elsewhere", .critical, "root and image are both where the host can write") { request in
            let path = "/run/kata-containers/shared/containers/rootfs"
            return request.set(root, .string(path)) && image(&request) { $0.set("mount_point", .string(path)) }
        },
    ]
}
