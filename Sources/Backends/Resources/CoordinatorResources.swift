// SPDX-License-Identifier: Apache-2.0

internal import IR

/// The Kubernetes objects that run a Coordinator: the StatefulSet, its two Services, and what it may do at the API
/// server.
///
/// The StatefulSet is a workload like any other: generate gives it a policy.
package struct CoordinatorResources: Sendable {
    /// A valid name of a namespace.
    package var namespace: String
    /// A valid image reference.
    package var image: String
    package var runtimeClass: String
    package var replicas: Int

    package init(namespace: String, image: String, runtimeClass: String, replicas: Int) {
        self.namespace = namespace
        self.image = image
        self.runtimeClass = runtimeClass
        self.replicas = replicas
    }

    /// YAML documents, the StatefulSet first.
    package var yaml: String {
        [statefulSet, service, readyService, serviceAccount, role, roleBinding].joined(separator: "\n---\n") + "\n"
    }

    private var statefulSet: String {
        """
        # The Coordinator of this deployment. 'contrast generate' gives it a policy like any other workload, but neither
        # initializer nor service mesh; its annotation makes it the one that all others are attested by.
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: coordinator
          namespace: \(namespace.yamlScalar)
          labels:
            app.kubernetes.io/name: coordinator
        spec:
          serviceName: coordinator
          replicas: \(replicas)
          selector:
            matchLabels:
              app.kubernetes.io/name: coordinator
          persistentVolumeClaimRetentionPolicy:
            whenDeleted: Delete
            whenScaled: Delete
          template:
            metadata:
              labels:
                app.kubernetes.io/name: coordinator
              annotations:
                \(ContrastName.podRole): coordinator
            spec:
              runtimeClassName: \(runtimeClass)
              serviceAccountName: coordinator
              affinity:
                podAntiAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution:
                    - weight: 100
                      podAffinityTerm:
                        topologyKey: kubernetes.io/hostname
                        labelSelector:
                          matchLabels:
                            app.kubernetes.io/name: coordinator
              containers:
                - name: coordinator
                  image: \(image.yamlScalar)
                  ports:
                    - {name: userapi, containerPort: 1313}
                    - {name: httpapi, containerPort: 1314}
                    - {name: meshapi, containerPort: 7777}
                    - {name: transitapi, containerPort: 8200}
                  securityContext:
                    capabilities:
                      add: [NET_ADMIN]
                  startupProbe:
                    httpGet: {path: /probe/startup, port: 9102}
                    initialDelaySeconds: 1
                    periodSeconds: 1
                    failureThreshold: 60
                  livenessProbe:
                    httpGet: {path: /probe/liveness, port: 9102}
                    periodSeconds: 10
                    failureThreshold: 3
                  readinessProbe:
                    httpGet: {path: /probe/readiness, port: 9102}
                    periodSeconds: 5
                  resources:
                    limits:
                      memory: 200Mi
                    requests:
                      memory: 200Mi
        """
    }

    private var service: String {
        """
        # Reaches the Coordinator before it has a manifest, so that one can be set.
        apiVersion: v1
        kind: Service
        metadata:
          name: coordinator
          namespace: \(namespace.yamlScalar)
        spec:
          publishNotReadyAddresses: true
          selector:
            app.kubernetes.io/name: coordinator
          ports:
            - {name: userapi, port: 1313}
            - {name: httpapi, port: 1314}
        """
    }

    private var readyService: String {
        """
        # Reaches only Coordinators that can issue certificates; initializers wait for this one.
        apiVersion: v1
        kind: Service
        metadata:
          name: coordinator-ready
          namespace: \(namespace.yamlScalar)
        spec:
          selector:
            app.kubernetes.io/name: coordinator
          ports:
            - {name: userapi, port: 1313}
            - {name: httpapi, port: 1314}
            - {name: meshapi, port: 7777}
            - {name: transitapi, port: 8200}
        """
    }

    private var serviceAccount: String {
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: coordinator
          namespace: \(namespace.yamlScalar)
        """
    }

    private var role: String {
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata:
          name: coordinator
          namespace: \(namespace.yamlScalar)
        rules:
          - apiGroups: [""]
            resources: [configmaps]
            verbs: [get, create, update, watch]
          - apiGroups: [""]
            resources: [pods]
            verbs: [get, list]
        """
    }

    private var roleBinding: String {
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata:
          name: coordinator
          namespace: \(namespace.yamlScalar)
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: Role
          name: coordinator
        subjects:
          - kind: ServiceAccount
            name: coordinator
            namespace: \(namespace.yamlScalar)
        """
    }
}
