// SPDX-License-Identifier: Apache-2.0

extension KubernetesSchema {
    /// The pod, its containers and how they are scheduled.
    static let podTypes = """
        NodeSelectorRequirement
          key=string operator=string values=[string]
        NodeSelectorTerm
          matchExpressions=[NodeSelectorRequirement] matchFields=[NodeSelectorRequirement]
        PreferredSchedulingTerm
          preference=NodeSelectorTerm weight=int
        NodeSelector
          nodeSelectorTerms=[NodeSelectorTerm]
        NodeAffinity
          preferredDuringSchedulingIgnoredDuringExecution=[PreferredSchedulingTerm]
          requiredDuringSchedulingIgnoredDuringExecution=NodeSelector
        PodAffinityTerm
          labelSelector=LabelSelector matchLabelKeys=[string] mismatchLabelKeys=[string]
          namespaceSelector=LabelSelector namespaces=[string] topologyKey=string
        WeightedPodAffinityTerm
          podAffinityTerm=PodAffinityTerm weight=int
        PodAffinity
          preferredDuringSchedulingIgnoredDuringExecution=[WeightedPodAffinityTerm]
          requiredDuringSchedulingIgnoredDuringExecution=[PodAffinityTerm]
        PodAntiAffinity
          preferredDuringSchedulingIgnoredDuringExecution=[WeightedPodAffinityTerm]
          requiredDuringSchedulingIgnoredDuringExecution=[PodAffinityTerm]
        Affinity
          nodeAffinity=NodeAffinity podAffinity=PodAffinity podAntiAffinity=PodAntiAffinity
        ConfigMapKeySelector
          key*=string name*=string optional*=bool
        ObjectFieldSelector
          apiVersion=string fieldPath*=string
        FileKeySelector
          key=string optional=bool path=string volumeName=string
        ResourceFieldSelector
          containerName=string divisor=quantity resource*=string
        SecretKeySelector
          key*=string name*=string optional*=bool
        EnvVarSource
          configMapKeyRef*=ConfigMapKeySelector fieldRef*=ObjectFieldSelector fileKeyRef!=FileKeySelector
          resourceFieldRef*=ResourceFieldSelector secretKeyRef*=SecretKeySelector
        EnvVar
          name*=string value*=string valueFrom*=EnvVarSource
        ConfigMapEnvSource
          name*=string optional*=bool
        SecretEnvSource
          name*=string optional*=bool
        EnvFromSource
          configMapRef*=ConfigMapEnvSource prefix*=string secretRef*=SecretEnvSource
        ExecAction
          command*=[string]
        HTTPHeader
          name=string value=string
        HTTPGetAction
          host=string httpHeaders=[HTTPHeader] path=string port=intOrString protocol=string scheme=string
        SleepAction
          seconds=int
        TCPSocketAction
          host=string port=intOrString
        LifecycleHandler
          exec*=ExecAction httpGet=HTTPGetAction sleep=SleepAction tcpSocket=TCPSocketAction
        Lifecycle
          postStart*=LifecycleHandler preStop*=LifecycleHandler stopSignal=string
        GRPCAction
          mode=string port=int service=string
        Probe
          exec*=ExecAction failureThreshold=int grpc=GRPCAction httpGet=HTTPGetAction initialDelaySeconds=int
          periodSeconds=int successThreshold=int tcpSocket=TCPSocketAction terminationGracePeriodSeconds=int
          timeoutSeconds=int
        ContainerPort
          containerPort=int hostIP=string hostPort=int name=string protocol=string
        ContainerResizePolicy
          resourceName=string restartPolicy=string
        ResourceClaim
          name=string request=string
        ResourceRequirements
          claims=[ResourceClaim] limits*={quantity} requests*={quantity}
        ContainerRestartRuleOnExitCodes
          operator=string values=[int]
        ContainerRestartRule
          action=string exitCodes=ContainerRestartRuleOnExitCodes
        AppArmorProfile
          localhostProfile=string type=string
        Capabilities
          add*=[string] drop*=[string]
        SELinuxOptions
          level=string role=string type=string user=string
        SeccompProfile
          localhostProfile=string type=string
        WindowsSecurityContextOptions
          gmsaCredentialSpec=string gmsaCredentialSpecName=string hostProcess=bool runAsUserName=string
        SecurityContext
          allowPrivilegeEscalation*=bool appArmorProfile=AppArmorProfile capabilities*=Capabilities privileged*=bool
          procMount!=string readOnlyRootFilesystem*=bool runAsGroup*=int runAsNonRoot=bool runAsUser*=int
          seLinuxOptions=SELinuxOptions seccompProfile=SeccompProfile windowsOptions!=WindowsSecurityContextOptions
        VolumeDevice
          devicePath*=string name*=string
        VolumeMount
          bindMountOptions!=[string] mountPath*=string mountPropagation*=string name*=string readOnly*=bool
          recursiveReadOnly!=string subPath*=string subPathExpr*=string
        Container
          args*=[string] command*=[string] env*=[EnvVar] envFrom*=[EnvFromSource] image*=string imagePullPolicy=string
          lifecycle*=Lifecycle livenessProbe*=Probe name*=string ports=[ContainerPort] readinessProbe*=Probe
          resizePolicy=[ContainerResizePolicy] resources*=ResourceRequirements restartPolicy*=string
          restartPolicyRules=[ContainerRestartRule] securityContext*=SecurityContext startupProbe*=Probe stdin=bool
          stdinOnce=bool terminationMessagePath*=string terminationMessagePolicy=string tty*=bool
          volumeDevices*=[VolumeDevice] volumeMounts*=[VolumeMount] workingDir*=string
        PodDNSConfigOption
          name=string value=string
        PodDNSConfig
          nameservers=[string] options=[PodDNSConfigOption] searches=[string]
        EphemeralContainer
          args=[string] command=[string] env=[EnvVar] envFrom=[EnvFromSource] image=string imagePullPolicy=string
          lifecycle=Lifecycle livenessProbe=Probe name=string ports=[ContainerPort] readinessProbe=Probe
          resizePolicy=[ContainerResizePolicy] resources=ResourceRequirements restartPolicy=string
          restartPolicyRules=[ContainerRestartRule] securityContext=SecurityContext startupProbe=Probe stdin=bool
          stdinOnce=bool targetContainerName=string terminationMessagePath=string terminationMessagePolicy=string
          tty=bool volumeDevices=[VolumeDevice] volumeMounts=[VolumeMount] workingDir=string
        EvictionResponder
          name=string priority=int
        HostAlias
          hostnames=[string] ip=string
        LocalObjectReference
          name=string
        PodOS
          name=string
        PodReadinessGate
          conditionType=string
        ClaimSource
          resourceClaimName=string resourceClaimTemplateName=string
        PodResourceClaim
          name=string resourceClaimName=string resourceClaimTemplateName=string source=ClaimSource
        PodSchedulingGate
          name=string
        PodSchedulingGroup
          podGroupName=string
        Sysctl
          name*=string value*=string
        PodSecurityContext
          allowPrivilegeEscalation*=bool appArmorProfile=AppArmorProfile fsGroup*=int fsGroupChangePolicy=string
          runAsGroup*=int runAsNonRoot=bool runAsUser*=int seLinuxChangePolicy=string seLinuxOptions=SELinuxOptions
          seccompProfile=SeccompProfile supplementalGroups*=[int] supplementalGroupsPolicy=string sysctls*=[Sysctl]
          windowsOptions!=WindowsSecurityContextOptions
        Toleration
          effect=string key=string operator=string tolerationSeconds=int value=string
        TopologySpreadConstraint
          labelSelector=LabelSelector matchLabelKeys=[string] maxSkew=int minDomains=int nodeAffinityPolicy=string
          nodeTaintsPolicy=string topologyKey=string whenUnsatisfiable=string
        PodSpec
          activeDeadlineSeconds=int affinity=Affinity automountServiceAccountToken*=bool containers*=[Container]
          dnsConfig=PodDNSConfig dnsPolicy=string enableServiceLinks*=bool ephemeralContainers!=[EphemeralContainer]
          evictionResponders=[EvictionResponder] hostAliases=[HostAlias] hostIPC!=bool hostNetwork*=bool hostPID!=bool
          hostUsers=bool hostname*=string hostnameOverride*=string imagePullSecrets=[LocalObjectReference]
          initContainers*=[Container] nodeName=string nodeSelector={string} os!=PodOS overhead={quantity}
          preemptionPolicy=string priority=int priorityClassName=string readinessGates=[PodReadinessGate]
          resourceClaims!=[PodResourceClaim] resources*=ResourceRequirements restartPolicy=string
          runtimeClassName*=string schedulerName=string schedulingGates=[PodSchedulingGate]
          schedulingGroup=PodSchedulingGroup securityContext*=PodSecurityContext serviceAccount*=string
          serviceAccountName*=string setHostnameAsFQDN*=bool shareProcessNamespace*=bool subdomain=string
          terminationGracePeriodSeconds=int tolerations=[Toleration]
          topologySpreadConstraints=[TopologySpreadConstraint] volumes*=[Volume]
        """
}
