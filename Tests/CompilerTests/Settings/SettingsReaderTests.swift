// SPDX-License-Identifier: Apache-2.0

import Compiler
import FoundationEssentials
import IR
import Testing

@Suite struct SettingsReaderTests {
    private static let dataDirectory = ProcessInfo.processInfo.environment["CONTRAST_TEST_DATA"].map {
        $0 + "/kata-policy/"
    }

    private static func file(_ name: String) throws -> SourceFile {
        let path = try #require(dataDirectory) + name
        return SourceFile(path: name, bytes: try [UInt8](Data(contentsOf: URL(filePath: path))))
    }

    private static func source(_ text: String, _ path: String = "patch.json") -> SourceFile {
        SourceFile(path: path, bytes: Array(text.utf8))
    }

    /// `line:column message` of every finding.
    private static func findings(_ diagnostics: Diagnostics) -> [String] {
        diagnostics.all.map { diagnostic in
            let place = diagnostic.range.map {
                let position = $0.file.position(at: $0.start)
                return "\($0.file.path):\(position.line):\(position.column) "
            }
            return (place ?? "") + diagnostic.message
        }
    }

    @Test(.enabled(if: dataDirectory != nil, "needs CONTRAST_TEST_DATA"))
    func defaultsAreTheShippedFile() throws {
        var diagnostics = Diagnostics()
        let settings = SettingsReader.read(try Self.file("genpolicy-settings.json"), into: &diagnostics)
        #expect(Self.findings(diagnostics) == [])
        let read = try #require(settings)
        let defaults = PolicySettings.defaults
        #expect(read.pause == defaults.pause)
        #expect(read.other == defaults.other)
        #expect(read.volumes == defaults.volumes)
        #expect(read.common == defaults.common)
        #expect(read.requestDefaults == defaults.requestDefaults)
        #expect(read == defaults)
    }

    @Test(.enabled(if: dataDirectory != nil, "needs CONTRAST_TEST_DATA"))
    func shippedDropInsApply() throws {
        let directory = try #require(Self.dataDirectory) + "drop-in-examples/"
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".json") }
        #expect(names.count == 7)
        for name in names.sorted() {
            var diagnostics = Diagnostics()
            let settings = SettingsReader.read(
                try Self.file("genpolicy-settings.json"), dropIns: [try Self.file("drop-in-examples/" + name)],
                into: &diagnostics)
            #expect(Self.findings(diagnostics) == [], "\(name)")
            let read = try #require(settings)
            #expect(read != .defaults)
            if name.hasPrefix("10-non-coco") {
                #expect(read.cluster.emptyDirType == .sharedFS)
                #expect(!read.cluster.guestPull)
                #expect(read.enableConfigMapSecretStorages)
                #expect(read.sandboxStorages.map(\.source) == ["shm", "kataShared"])
            }
            if name == "20-oci-1.3.0-drop-in.json" { #expect(read.ociVersion == "1.3.0") }
        }
    }

    /// The smallest document that has every required key.
    private static let minimal = source(
        """
        {"pause_container": {"Root": {"Path": "/p"}},
         "other_container": {"Root": {"Path": "/o"}, "Mounts": [{"destination": "/d", "type_": "bind", "options": []}]},
         "volumes": {
          "emptyDir": {"mount_type": "b", "mount_source": "", "driver": "", "fstype": "", "options": []},
          "emptyDir_encrypted": {"mount_type": "b", "mount_source": "", "driver": "", "fstype": "", "options": []},
          "emptyDir_plain": {"mount_type": "b", "mount_source": "", "driver": "", "fstype": "", "options": []},
          "emptyDir_memory": {"mount_type": "b", "mount_source": "", "driver": "", "fstype": "", "options": []},
          "configMap": {"mount_type": "b", "mount_source": "", "driver": "", "fstype": "", "options": []},
          "image_volume": {"mount_type": "b", "mount_source": "", "driver": "", "fstype": "", "options": []}},
         "devices": {"vfio": {"device_path": "/v", "anno_key_regex": "k",
          "nvidia": {"gpu_anno_value_regex": "v", "gpu_gk_device_type": "t", "pgpu_resource_keys": []}}},
         "mount_destinations": [],
         "sandbox": {"storages": []},
         "common": {"cpath": "", "spath": "", "root_path": "", "sfprefix": "", "ip_p": "", "ipv4_a": "",
          "svc_name_downward_env": "", "dns_label": "", "default_caps": [], "privileged_caps": [],
          "image_layer_verification": "none"},
         "kata_config": {"oci_version": "1.1.0", "enable_configmap_secret_storages": false},
         "cluster_config": {"pause_container_image": "p", "guest_pull": true, "emptydir_type": "block-plain",
          "cgroup_mount_extras_allowed": []},
         "request_defaults": {"CreateContainerRequest": {"allow_env_regex": []}, "CopyFileRequest": [],
          "ExecProcessRequest": {}, "UpdateRoutesRequest": {"forbidden_device_names": [], "forbidden_source_regex": []},
          "UpdateInterfaceRequest": {"allow_raw_flags": 1, "forbidden_names": [], "forbidden_hw_addrs": []},
          "AddARPNeighborsRequest": {"forbidden_device_names": [], "forbidden_cidrs_regex": [], "allowed_states": []},
          "CloseStdinRequest": false, "ReadStreamRequest": false, "UpdateEphemeralMountsRequest": false,
          "WriteStreamRequest": false, "GetDiagnosticDataRequest": false}}
        """, "base.json")

    private static func read(_ patches: String...) -> (PolicySettings?, [String]) {
        var diagnostics = Diagnostics()
        let settings = SettingsReader.read(minimal, dropIns: patches.map { source($0) }, into: &diagnostics)
        #expect((settings == nil) == diagnostics.hasErrors)
        return (settings, findings(diagnostics))
    }

    @Test func theMinimalDocumentIsAccepted() {
        let (settings, findings) = Self.read()
        #expect(findings == [])
        #expect(settings?.cluster.emptyDirType == .blockPlain)
        #expect(settings?.other.mounts == [TemplateMount(destination: "/d", type: "bind", options: [])])
    }

    @Test(arguments: [
        (#"[{"op":"remove","path":"/common/cpath"}]"#, "patch.json:1:24 /common/cpath: the key 'cpath' is missing"),
        (
            #"[{"op":"add","path":"/common/cPath","value":1}]"#,
            "patch.json:1:45 /common/cPath: unknown key 'cPath', did you mean 'cpath'?"
        ),
        (
            #"[{"op":"replace","path":"/kata_config","value":{"oci_version":3,"enable_configmap_secret_storages":true}}]"#,
            "patch.json:1:63 /kata_config/oci_version: expected a string, found a number"
        ),
        (
            #"[{"op":"replace","path":"/cluster_config/emptydir_type","value":"tape"}]"#,
            "patch.json:1:65 /cluster_config/emptydir_type: "
                + "expected block-encrypted, block-plain or shared-fs, found 'tape'"
        ),
        (
            #"[{"op":"replace","path":"/request_defaults/UpdateInterfaceRequest/allow_raw_flags","value":-1}]"#,
            "patch.json:1:92 /request_defaults/UpdateInterfaceRequest/allow_raw_flags: "
                + "expected an integer from 0 to 4294967295, found a number"
        ),
        (
            #"[{"op":"add","path":"/request_defaults/ExecProcessRequest/commands","value":["ls"]}]"#,
            "patch.json:1:77 /request_defaults/ExecProcessRequest/commands: "
                + "'commands' is no longer read; use 'allowed_commands', a list of argument lists"
        ),
        (#"[{"op":"replace","path":"","value":[]}]"#, "patch.json:1:36 expected an object, found an array"),
        (#"{"op":"add"}"#, "patch.json:1:1 a patch is an array of operations, found an object"),
        (
            #"[{"op":"grow","path":""}]"#,
            "patch.json:1:8 'grow' is no operation; expected add, remove, replace, move, copy or test"
        ),
        (#"[{"op":"replace","path":"/no","value":1}]"#, "patch.json:1:25 there is nothing at '/no'"),
        (#"[{"op":"add","path":"no","value":1}]"#, "patch.json:1:21 'no' is not a JSON pointer"),
        (
            #"[{"op":"add","path":"/mount_destinations/01","value":"x"}]"#,
            "patch.json:1:21 '01' is no place in an array of 0"
        ),
        (
            #"[{"op":"test","path":"/sandbox","value":1}]"#,
            "patch.json:1:22 the value at '/sandbox' is not the one that 'test' expects"
        ),
        (
            #"[{"op":"move","from":"/common","path":"/common/x"}]"#,
            "patch.json:1:22 '/common' cannot be moved into itself"
        ),
        ("[", "patch.json:1:2 not JSON: unexpected end of the text"),
    ])
    func problemsAreFoundWhereTheyAre(_ patch: String, _ expected: String) {
        #expect(Self.read(patch).1 == [expected])
    }

    @Test func allOperationsWork() {
        let (settings, findings) = Self.read(
            """
            [{"op":"add","path":"/mount_destinations/-","value":"/b"},
             {"op":"add","path":"/mount_destinations/0","value":"/a"},
             {"op":"copy","from":"/mount_destinations/0","path":"/mount_destinations/2"},
             {"op":"move","from":"/mount_destinations/1","path":"/mount_destinations/0"},
             {"op":"test","path":"/mount_destinations","value":["/b","/a","/a"]},
             {"op":"remove","path":"/mount_destinations/2"}]
            """,
            #"[{"op":"replace","path":"/mount_destinations/1","value":"/c"}]"#)
        #expect(findings == [])
        #expect(settings?.mountDestinations == ["/b", "/c"])
    }

    @Test func copiesCannotGrowWithoutLimit() {
        let copies = (0..<60).map { #"{"op":"copy","from":"","path":"/x\#($0)"}"# }.joined(separator: ",")
        #expect(Self.read("[\(copies)]").1.first?.contains("too large or too deep") == true)
    }
}
