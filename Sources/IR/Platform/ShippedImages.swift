// SPDX-License-Identifier: Apache-2.0

extension Bundle {
    /// Images that are added to pods, in the form of a lock file's entries.
    ///
    /// The digests are empty: that of the pause image is not known here (the sandbox image is the node's own and no
    /// policy names its digest), and our own images get theirs from a release. None has users of its own, so
    /// `/etc/passwd` and `/etc/group` are empty. Our images run their one program as root, which needs the capability
    /// `NET_ADMIN`; arguments come from the pod.
    static let shippedImages = """
        {
          "ghcr.io/edgelesssys/contrast/coordinator:latest": \(ownImage(entrypoint: "/bin/contrast-coordinator")),
          "ghcr.io/edgelesssys/contrast/debugshell:latest": \(ownImage(entrypoint: "/bin/sh")),
          "ghcr.io/edgelesssys/contrast/initializer:latest": \(ownImage(entrypoint: "/bin/contrast-initializer")),
          "ghcr.io/edgelesssys/contrast/service-mesh-proxy:latest":
            \(ownImage(entrypoint: "/bin/contrast-service-mesh")),
          "mcr.microsoft.com/oss/kubernetes/pause:3.6": {
            "digest": "",
            "platform": "linux/amd64",
            "config": {
              "User": "65535:65535",
              "Env": ["\(path)"],
              "Entrypoint": ["/pause"],
              "WorkingDir": "/"
            },
            "passwd": "",
            "group": ""
          }
        }
        """

    private static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    private static func ownImage(entrypoint: String) -> String {
        """
        {
          "digest": "",
          "platform": "linux/amd64",
          "config": { "Env": ["\(path)"], "Entrypoint": ["\(entrypoint)"], "WorkingDir": "/" },
          "passwd": "",
          "group": ""
        }
        """
    }
}
