// SPDX-License-Identifier: Apache-2.0

extension KubernetesSchema {
    /// The objects that bear pods, and what stands around their templates.
    static let workloadTypes = """
        ManagedFieldsEntry
          apiVersion=string fieldsType=string fieldsV1=any manager=string operation=string subresource=string
          time=string
        OwnerReference
          apiVersion=string blockOwnerDeletion=bool controller=bool kind=string name=string uid=string
        ObjectMeta
          annotations*={string} clusterName=string creationTimestamp=string deletionGracePeriodSeconds=int
          deletionTimestamp=string finalizers=[string] generateName*=string generation=int initializers=any
          labels*={string} managedFields=[ManagedFieldsEntry] name*=string namespace*=string
          ownerReferences=[OwnerReference] resourceVersion=string selfLink=string uid=string
        LabelSelectorRequirement
          key=string operator=string values=[string]
        LabelSelector
          matchExpressions=[LabelSelectorRequirement] matchLabels={string}
        TypedLocalObjectReference
          apiGroup=string kind=string name=string
        TypedObjectReference
          apiGroup=string kind=string name=string namespace=string
        VolumeResourceRequirements
          limits={quantity} requests={quantity}
        PersistentVolumeClaimSpec
          accessModes=[string] dataSource=TypedLocalObjectReference dataSourceRef=TypedObjectReference
          resources=VolumeResourceRequirements selector=LabelSelector storageClassName=string
          volumeAttributesClassName=string volumeMode=string volumeName=string
        PersistentVolumeClaimTemplate
          metadata=ObjectMeta spec=PersistentVolumeClaimSpec
        Pod
          apiVersion*=string kind*=string metadata*=ObjectMeta spec*=PodSpec status=any
        RollingUpdateDeployment
          maxSurge=intOrString maxUnavailable=intOrString
        DeploymentStrategy
          rollingUpdate=RollingUpdateDeployment type=string
        PodTemplateSpec
          metadata*=ObjectMeta spec*=PodSpec
        DeploymentSpec
          minReadySeconds=int paused=bool progressDeadlineSeconds=int replicas=int revisionHistoryLimit=int
          rollbackTo=any selector=LabelSelector strategy=DeploymentStrategy template*=PodTemplateSpec
        Deployment
          apiVersion*=string kind*=string metadata*=ObjectMeta spec*=DeploymentSpec status=any
        StatefulSetOrdinals
          start=int
        StatefulSetPersistentVolumeClaimRetentionPolicy
          whenDeleted=string whenScaled=string
        RollingUpdateStatefulSetStrategy
          maxUnavailable=intOrString partition=int
        StatefulSetUpdateStrategy
          rollingUpdate=RollingUpdateStatefulSetStrategy type=string
        PersistentVolumeClaim
          apiVersion=string kind=string metadata*=ObjectMeta spec=PersistentVolumeClaimSpec status=any
        StatefulSetSpec
          minReadySeconds=int ordinals=StatefulSetOrdinals
          persistentVolumeClaimRetentionPolicy=StatefulSetPersistentVolumeClaimRetentionPolicy
          podManagementPolicy=string replicas=int revisionHistoryLimit=int selector=LabelSelector serviceName=string
          template*=PodTemplateSpec updateStrategy=StatefulSetUpdateStrategy
          volumeClaimTemplates*=[PersistentVolumeClaim]
        StatefulSet
          apiVersion*=string kind*=string metadata*=ObjectMeta spec*=StatefulSetSpec status=any
        RollingUpdateDaemonSet
          maxSurge=intOrString maxUnavailable=intOrString
        DaemonSetUpdateStrategy
          rollingUpdate=RollingUpdateDaemonSet type=string
        DaemonSetSpec
          minReadySeconds=int revisionHistoryLimit=int selector=LabelSelector template*=PodTemplateSpec
          templateGeneration=int updateStrategy=DaemonSetUpdateStrategy
        DaemonSet
          apiVersion*=string kind*=string metadata*=ObjectMeta spec*=DaemonSetSpec status=any
        ReplicaSetSpec
          minReadySeconds=int replicas=int selector=LabelSelector template*=PodTemplateSpec
        ReplicaSet
          apiVersion*=string kind*=string metadata*=ObjectMeta spec*=ReplicaSetSpec status=any
        ReplicationControllerSpec
          minReadySeconds=int replicas=int selector={string} template*=PodTemplateSpec
        ReplicationController
          apiVersion*=string kind*=string metadata*=ObjectMeta spec*=ReplicationControllerSpec status=any
        PodFailurePolicyOnExitCodesRequirement
          containerName=string operator=string values=[int]
        PodFailurePolicyOnPodConditionsPattern
          status=string type=string
        PodFailurePolicyRule
          action=string onExitCodes=PodFailurePolicyOnExitCodesRequirement
          onPodConditions=[PodFailurePolicyOnPodConditionsPattern]
        PodFailurePolicy
          rules=[PodFailurePolicyRule]
        WorkloadPodGroupDisruptionMode
          all=any single=any
        WorkloadPodGroupResourceClaim
          name=string resourceClaimName=string resourceClaimTemplateName=string
        TopologyConstraint
          key=string
        WorkloadPodGroupSchedulingConstraints
          topology=[TopologyConstraint]
        WorkloadPodGroupGangSchedulingPolicy
          minCount=int
        WorkloadPodGroupSchedulingPolicy
          basic=any gang=WorkloadPodGroupGangSchedulingPolicy
        JobSchedulingConfiguration
          disruptionMode=WorkloadPodGroupDisruptionMode resourceClaims=[WorkloadPodGroupResourceClaim]
          schedulingConstraints=WorkloadPodGroupSchedulingConstraints
          schedulingPolicy=WorkloadPodGroupSchedulingPolicy
        SuccessPolicyRule
          succeededCount=int succeededIndexes=string
        SuccessPolicy
          rules=[SuccessPolicyRule]
        JobSpec
          activeDeadlineSeconds=int backoffLimit=int backoffLimitPerIndex=int completionMode=string completions=int
          managedBy=string manualSelector=bool maxFailedIndexes=int parallelism=int podFailurePolicy=PodFailurePolicy
          podReplacementPolicy=string scheduling=JobSchedulingConfiguration selector=LabelSelector
          successPolicy=SuccessPolicy suspend=bool template*=PodTemplateSpec ttlSecondsAfterFinished=int
        Job
          apiVersion*=string kind*=string metadata*=ObjectMeta spec*=JobSpec status=any
        JobTemplateSpec
          metadata=ObjectMeta spec*=JobSpec
        CronJobSpec
          concurrencyPolicy=string failedJobsHistoryLimit=int jobTemplate*=JobTemplateSpec schedule=string
          startingDeadlineSeconds=int successfulJobsHistoryLimit=int suspend=bool timeZone=string
        CronJob
          apiVersion*=string kind*=string metadata*=ObjectMeta spec*=CronJobSpec status=any
        """
}
