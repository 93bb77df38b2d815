// SPDX-License-Identifier: Apache-2.0

import IR

/// Values of the default settings that the test policies need.
enum DefaultSettings {
    static let common = CommonSettings(
        cpath: "/run/kata-containers/shared/containers(?:/passthrough)?",
        spath: "/run/kata-containers/sandbox/storage",
        rootPath: "/run/kata-containers/$(bundle-id)/rootfs",
        sfprefix: "^$(cpath)/(watchable/)?$(bundle-id)-[a-z0-9]{16}-",
        ipPort: "[0-9]{1,5}",
        ipv4Address: "(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}"
            + "([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])",
        serviceNameDownwardEnv: "[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?",
        dnsLabel: "[a-zA-Z0-9_\\.\\-]+",
        defaultCaps: [
            "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID",
            "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL",
            "CAP_AUDIT_WRITE",
        ],
        privilegedCaps: ["CAP_CHOWN", "CAP_SYS_ADMIN", "CAP_BPF"])

    static let requests = RequestDefaults(
        allowEnvRegex: [
            "^HOSTNAME=$(dns_label)$",
            "^$(svc_name_downward_env)_PORT_$(ip_p)_(TCP|UDP)=(tcp|udp)://$(ipv4_a):$(ip_p)$",
            "^$(svc_name_downward_env)_PORT_$(ip_p)_(TCP|UDP)_PROTO=(tcp|udp)$",
            "^$(svc_name_downward_env)_PORT_$(ip_p)_(TCP|UDP)_PORT=$(ip_p)$",
            "^$(svc_name_downward_env)_PORT_$(ip_p)_(TCP|UDP)_ADDR=$(ipv4_a)$",
            "^$(svc_name_downward_env)_SERVICE_HOST=$(ipv4_a)$",
            "^$(svc_name_downward_env)_SERVICE_PORT=$(ip_p)$",
            "^$(svc_name_downward_env)_SERVICE_PORT_$(dns_label)=$(ip_p)$",
            "^$(svc_name_downward_env)_PORT=(tcp|udp)://$(ipv4_a):$(ip_p)$",
            "^JOB_COMPLETION_INDEX=[0-9]+$",
            "^AZURE_CLIENT_ID=[A-Fa-f0-9-]*$",
            "^AZURE_TENANT_ID=[A-Fa-f0-9-]*$",
            "^AZURE_FEDERATED_TOKEN_FILE=/var/run/secrets/azure/tokens/azure-identity-token$",
            "^AZURE_AUTHORITY_HOST=https://login\\.microsoftonline\\.com/$",
            "^TERM=xterm$",
        ],
        copyFile: ["$(sfprefix)"],
        routesForbiddenDeviceNames: ["lo"],
        routesForbiddenSourceRegex: [
            "^(?:0{0,4}:){0,7}0{0,3}1$", "^127\\.(?:[0-9]{1,3}\\.){2}[0-9]{1,3}$",
        ],
        interfaceAllowRawFlags: 128,
        interfaceForbiddenNames: ["lo"],
        interfaceForbiddenHwAddrs: ["00:00:00:00:00:00"],
        neighborsForbiddenDeviceNames: ["lo"],
        neighborsForbiddenCIDRsRegex: ["^127\\.(?:[0-9]{1,3}\\.){2}[0-9]{1,3}$"],
        neighborsAllowedStates: [2, 128])

    static let sandboxStorages = [
        StoragePolicy(
            driver: "ephemeral", driverOptions: [], source: "shm", fstype: "tmpfs",
            options: ["noexec", "nosuid", "nodev", "mode=1777", "size=67108864"],
            mountPoint: "/run/kata-containers/sandbox/shm", fsGroup: nil, shared: false)
    ]

    static let sysctls = [
        KeyValue("net.ipv4.ip_unprivileged_port_start", "0"), KeyValue("net.ipv4.ping_group_range", "0 2147483647"),
    ]
}
