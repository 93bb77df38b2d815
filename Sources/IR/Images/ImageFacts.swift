// SPDX-License-Identifier: Apache-2.0

/// What a policy needs to know of an image: its configuration and the two files that users are looked up in.
package struct ImageFacts: Sendable, Equatable {
    /// The digest of the platform's manifest, `sha256:<64 hex>`; empty for an image of our own that a release has yet
    /// to fill in.
    package var digest: String
    /// The digest of the index that the manifest came from.
    package var index: String?
    package var user: String?
    package var env: [String]?
    package var entrypoint: [String]?
    package var cmd: [String]?
    package var workingDir: String?
    /// Mount points declared by the image, sorted.
    package var volumes: [String]
    package var tty: Bool?
    /// Text of `/etc/passwd`; empty when the image has none, `nil` when nobody looked.
    package var passwd: String?
    /// Text of `/etc/group`; empty when the image has none, `nil` when nobody looked.
    package var group: String?

    package init(
        digest: String, index: String? = nil, user: String? = nil, env: [String]? = nil, entrypoint: [String]? = nil,
        cmd: [String]? = nil, workingDir: String? = nil, volumes: [String] = [], tty: Bool? = nil,
        passwd: String? = nil, group: String? = nil
    ) {
        self.digest = digest
        self.index = index
        self.user = user
        self.env = env
        self.entrypoint = entrypoint
        self.cmd = cmd
        self.workingDir = workingDir
        self.volumes = volumes
        self.tty = tty
        self.passwd = passwd
        self.group = group
    }
}
