// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct MountTests {
    /// A container that mounts volume `v` at `/mnt/a.b`.
    private func test(
        _ source: Volume.Source, _ path: String = "/mnt/a.b", change: (inout VolumeMount) -> Void = { _ in }
    ) -> LoweringCase {
        let mounted = mount("v", path, change: change)
        var test = LoweringCase { $0.volumeMounts = [mounted] }
        test.add("v", source)
        return test
    }

    private func mounts(_ test: LoweringCase, _ path: String = "/mnt/a.b") -> [String]? {
        test.web?.mounts.filter { $0.destination == path }.map { mount in
            "\(mount.type) \(mount.source) \(mount.options.joined(separator: ","))"
        }
    }

    private static let shared = #"bind $(sfprefix)a\.b$ rbind,rprivate,"#

    /// What the guest makes itself does not keep a file of the same name from being updated.
    @Test func updatesOfFilesAreKnownByTheirNames() {
        func updated(_ other: Volume.Source) -> [String]? {
            var test = LoweringCase { $0.volumeMounts = [mount("v", "/etc/app/conf"), mount("w", "/var/conf")] }
            test.profile = .strict
            test.add("v", .configMap(name: Located("absent"), optional: false))
            test.add("w", other)
            return test.lower().policy?.containers.last?.updatedFiles
        }
        let both = ["conf", "serviceaccount"]
        #expect(updated(.emptyDir(medium: "Memory")) == both)
        #expect(updated(.emptyDir(medium: "")) == both)
        #expect(updated(.projected) == both)
        #expect(updated(.persistentVolumeClaim(claimName: "c")) == nil)
    }

    @Test(
        arguments: [
            (.persistentVolumeClaim(claimName: "c"), shared + "rw"), (.ephemeral, shared + "rw"),
            (.azureFile, shared + "rw"), (.projected, shared + "ro"), (.downwardAPI, shared + "ro"),
            (.configMap(name: Located("c"), optional: false), shared + "ro"),
            (.secret(name: Located("c"), optional: true), shared + "ro"), (.other(Located("iscsi")), shared + "rw"),
            (.hostPath(path: Located("/data"), type: nil), shared + "rw"),
            (.hostPath(path: Located("/dev/kvm"), type: nil), "bind /dev/kvm rbind,rprivate,rw"),
            (.hostPath(path: Located("/sys"), type: nil), "bind /sys rbind,rprivate,rw"),
            (.hostPath(path: Located("/devices"), type: nil), shared + "rw"),
            (.emptyDir(medium: ""), "bind  rbind,rprivate,rw"),
            (.emptyDir(medium: "Memory"), "bind ^/run/kata-containers/sandbox/ephemeral/v$ rbind,rprivate,rw"),
        ] as [(Volume.Source, String)])
    func everyKindOfVolume(_ source: Volume.Source, _ expected: String) {
        #expect(mounts(test(source)) == [expected])
    }

    @Test func readOnlyMountsAndPropagation() {
        let claim = Volume.Source.persistentVolumeClaim(claimName: "c")
        #expect(mounts(test(claim) { $0.readOnly = true }) == [Self.shared + "ro"])
        #expect(
            mounts(test(claim) { $0.mountPropagation = "HostToContainer" })
                == [#"bind $(sfprefix)a\.b$ rbind,rslave,rw"#])
        #expect(
            mounts(test(.emptyDir(medium: "Memory")) { $0.mountPropagation = "Bidirectional" })
                == ["bind ^/run/kata-containers/sandbox/ephemeral/v$ rbind,rshared,rw"])
        #expect(
            mounts(test(.emptyDir(medium: "")) { $0.mountPropagation = "Bidirectional" })
                == ["bind  rbind,rprivate,rw"])
    }

    @Test func anUnknownKindIsASharedMount() {
        let findings = test(.other(Located("iscsi"))).lower().findings
        #expect(findings.isEmpty)
    }

    @Test func storagesOfEmptyDirs() throws {
        var test = test(.emptyDir(medium: ""))
        let encrypted = StoragePolicy(
            driver: "", driverOptions: ["encryption_key=ephemeral", "create_filesystem"], source: "", fstype: "ext4",
            options: [], mountPoint: "$(spath)/$(b64_device_id)", fsGroup: nil, shared: true)
        #expect(test.web?.storages == [encrypted])
        test.workload.spec.securityContext.fsGroup = Located(7)
        #expect(test.web?.storages.first?.fsGroup == 7)
        test.settings.cluster.emptyDirType = .blockPlain
        #expect(test.web?.storages.first?.driverOptions == ["create_filesystem"])
        #expect(test.web?.storages.first?.options == ["discard"])
        test.workload.spec.volumes[0].source = .emptyDir(medium: "Memory")
        #expect(
            test.web?.storages == [
                StoragePolicy(
                    driver: "ephemeral", driverOptions: [], source: "tmpfs", fstype: "tmpfs", options: ["fsgid=7"],
                    mountPoint: "^/run/kata-containers/sandbox/ephemeral/v$", fsGroup: nil, shared: false)
            ])
        test.workload.spec.securityContext.fsGroup = Located(0)
        #expect(test.web?.storages.first?.options == [])
    }

    @Test func aStorageForEachMountOfAVolume() {
        var test = LoweringCase { $0.volumeMounts = [mount("v", "/a"), mount("v", "/b") { $0.readOnly = true }] }
        test.add("v", .emptyDir(medium: ""))
        #expect(test.web?.storages.count == 2)
        #expect(mounts(test, "/b") == ["bind  rbind,rprivate,ro"])
    }

    @Test func sharedEmptyDirsMayBeLocalOrCopied() {
        var test = test(.emptyDir(medium: ""))
        test.settings.cluster.emptyDirType = .sharedFS
        #expect(
            mounts(test) == ["bind ^$(cpath)/sandbox-[0-9a-f]{16}-v$ rbind,rprivate,rw", Self.shared + "rw"])
        #expect(test.web?.storages == [])
    }

    @Test func storagesOfConfigMapsWhenTheSettingsSaySo() {
        var test = test(.configMap(name: Located("c"), optional: false))
        test.settings.enableConfigMapSecretStorages = true
        test.settings.volumes.configMap.mountPoint = "^/watchable-"
        #expect(mounts(test) == [#"bind ^/watchable-a\.b$ rbind,rprivate,ro"#])
        #expect(
            test.web?.storages == [
                StoragePolicy(
                    driver: "local", driverOptions: [], source: #"$(sfprefix)a\.b$"#, fstype: "bind",
                    options: ["rbind", "rprivate", "ro"], mountPoint: #"^/watchable-a\.b$"#, fsGroup: nil, shared: false
                )
            ])
    }

    @Test func subPathsAreCopiedIn() {
        let memory = test(.emptyDir(medium: "Memory")) { $0.subPath = Located("x") }
        #expect(mounts(memory) == [Self.shared + "rw"])
        #expect(memory.web?.storages == [])
        #expect(memory.lower().findings.map { $0.prefix(14) } == ["warning CC0506"])
        let expression = test(.secret(name: Located("s"), optional: false)) { $0.subPathExpr = Located("$(X)") }
        #expect(mounts(expression) == [Self.shared + "ro"])
        #expect(expression.lower().findings.map { $0.contains("uses subPathExpr;") } == [true])
    }

    @Test func claimTemplatesOfAStatefulSet() {
        var test = LoweringCase(.statefulSet) { $0.volumeMounts = [mount("data", "/var/lib/data/")] }
        test.workload.volumeClaimTemplates = [Located("data")]
        #expect(mounts(test, "/var/lib/data/") == ["bind $(sfprefix)data$ rbind,rprivate,rw"])
    }

    @Test func aVolumeThatIsNotThereIsAnError() {
        let (policy, findings) = LoweringCase { $0.volumeMounts = [mount("none", "/a")] }.lower()
        #expect(policy == nil)
        #expect(findings == ["error CC0501 container 'web' mounts volume 'none', which the pod does not have"])
    }

    @Test func imageVolumesGetDirectories() {
        var test = test(.persistentVolumeClaim(claimName: "c"), "/data/")
        test.images["app"]?.volumes = ["//node//conf.d", "/data"]
        #expect(mounts(test, "/data") == [])
        #expect(mounts(test, "/node/conf.d") == [#"bind $(sfprefix)conf\.d$ rbind,rprivate,rw"#])
        #expect(test.lower().findings.map { $0.prefix(14) } == ["warning CC0408"])
    }

    @Test func whatContainerdAndTheSettingsMount() throws {
        let web = try #require(LoweringCase().web)
        #expect(
            web.mounts.map(\.destination) == [
                "/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys", "/sys/fs/cgroup", "/etc/hosts",
                "/dev/termination-log", "/etc/hostname", "/etc/resolv.conf",
                "/var/run/secrets/kubernetes.io/serviceaccount", "/var/run/secrets/azure/tokens",
            ])
        #expect(mounts(LoweringCase(), "/dev/shm") == ["bind /run/kata-containers/sandbox/shm rbind"])
        #expect(mounts(LoweringCase(), "/etc/resolv.conf") == [#"bind $(sfprefix)resolv\.conf$ rbind,rprivate,rw"#])
        #expect(mounts(LoweringCase(), "/sys") == ["sysfs sysfs nosuid,noexec,nodev,ro"])
        let pause = try #require(LoweringCase().pause)
        #expect(
            pause.mounts.map(\.destination) == [
                "/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys", "/etc/resolv.conf",
            ])
        #expect(pause.mounts.last?.options == ["rbind", "ro", "nosuid", "nodev", "noexec"])
    }

    @Test func containersChangeWhatTheyGet() {
        let changed = LoweringCase {
            $0.securityContext.privileged = true
            $0.securityContext.readOnlyRootFilesystem = true
            $0.terminationMessagePath = Located("/tmp/end.log")
        }
        #expect(mounts(changed, "/sys") == ["sysfs sysfs nosuid,noexec,nodev,rw"])
        #expect(changed.pause?.mounts.first { $0.destination == "/sys" }?.options.last == "rw")
        #expect(mounts(changed, "/sys/fs/cgroup") == ["cgroup cgroup nosuid,noexec,nodev,relatime,rw"])
        #expect(mounts(changed, "/etc/hostname") == ["bind $(sfprefix)hostname$ rbind,rprivate,ro"])
        #expect(mounts(changed, "/dev/termination-log") == [])
        #expect(mounts(changed, "/tmp/end.log") == [#"bind $(sfprefix)end\.log$ rbind,rprivate,rw"#])
    }

    @Test func mountsOfTheSettingsGiveWayToVolumes() {
        let token = "/var/run/secrets/kubernetes.io/serviceaccount"
        #expect(mounts(test(.projected, token), token) == ["bind $(sfprefix)serviceaccount$ rbind,rprivate,ro"])
        #expect(mounts(test(.emptyDir(medium: "Memory"), "/dev/shm"), "/dev/shm")?.count == 2)
        var rare = test(.emptyDir(medium: ""), "/rare")
        rare.settings.other.mounts.append(TemplateMount(destination: "/rare", type: "bind", options: ["ro"]))
        #expect(mounts(rare, "/rare") == ["bind $(sfprefix)rare$ ro", "bind  rbind,rprivate,rw"])
        rare.workload.spec.containers[0].volumeMounts = []
        #expect(mounts(rare, "/rare") == [])
    }
}
