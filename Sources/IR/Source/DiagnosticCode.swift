// SPDX-License-Identifier: Apache-2.0

/// The stable names of all findings. A code is never reused; each has a page `docs/codes/<code>.md`.
package enum DiagnosticCode: String, Sendable, CaseIterable {
    // Inputs and YAML
    case unreadableInput = "CC0101"
    case invalidYAML = "CC0102"
    case duplicateKey = "CC0103"
    case invalidEncoding = "CC0104"
    case limitExceeded = "CC0105"
    case unknownAnchor = "CC0106"
    case notAKubernetesObject = "CC0107"
    case nothingToCompile = "CC0108"
    case unquotedScalar = "CC0109"
    case outdatedAPIVersion = "CC0110"
    case wrongType = "CC0111"
    case unknownField = "CC0112"
    case missingField = "CC0113"
    case invalidValue = "CC0114"
    case duplicateObject = "CC0115"
    case malformedConfiguration = "CC0116"
    case renderFailed = "CC0117"
    case renderDiffers = "CC0118"
    case layoutNotKept = "CC0119"

    // Resources
    case malformedQuantity = "CC0201"
    case missingMemoryLimit = "CC0202"
    case requestWithoutLimit = "CC0203"
    case initContainerNeedsMore = "CC0204"
    case limitRangeChangesSize = "CC0205"
    case vcpuCountUnsupported = "CC0206"
    case memoryBelowImages = "CC0207"

    // Annotations and passes
    case malformedIngress = "CC0301"
    case malformedEgress = "CC0302"
    case malformedAdminPort = "CC0303"
    case volumeTypeConflict = "CC0304"
    case unknownRole = "CC0305"
    case unknownPlatform = "CC0306"
    case platformMissing = "CC0307"
    case objectSkipped = "CC0308"
    case replacedAnnotationDamaged = "CC0309"
    case malformedSecurePV = "CC0310"
    case handWrittenInitializer = "CC0311"

    // Images and contrast.lock
    case imageNotLocked = "CC0401"
    case malformedImageReference = "CC0402"
    case malformedLock = "CC0403"
    case lockDigestMismatch = "CC0404"
    case imageNotProven = "CC0405"
    case missingImage = "CC0406"
    case contrastImageWithoutDigest = "CC0407"
    case imageVolumeWithoutMount = "CC0408"
    case imageUserUnknown = "CC0409"
    case imageWithoutDigest = "CC0410"
    case imageNotResolved = "CC0411"
    case userNotShownNonRoot = "CC0412"

    // Policy
    case missingReference = "CC0501"
    case secretInPolicy = "CC0502"
    case guestPullSecurityContext = "CC0503"
    case unsupportedVolume = "CC0504"
    case unsupportedEnvSource = "CC0505"
    case subPathUnsupported = "CC0506"
    case malformedSettings = "CC0507"
    case imageNotBound = "CC0508"
    case notAPolicy = "CC0509"
    case malformedTestCases = "CC0510"
    case policyTooLarge = "CC0511"
    case unsupportedField = "CC0512"
    case privilegedContainer = "CC0513"
    case hostNetwork = "CC0514"
    case execAllowed = "CC0515"
    case debugShell = "CC0516"
    case readableSecret = "CC0517"

    // manifest.json, bundles and keys
    case malformedManifest = "CC0601"
    case referenceValuesIncomplete = "CC0602"
    case missingCoordinator = "CC0603"
    case missingOwnerKey = "CC0604"
    case malformedKey = "CC0605"
    case handEditedSANsDropped = "CC0606"
    case referenceValuesOutdated = "CC0607"
    case policyHashCollision = "CC0608"
    case coordinatorNotBound = "CC0609"
    case malformedBundle = "CC0610"
    case malformedInitData = "CC0611"

    // Launch measurements
    case idBlockMissing = "CC0801"
    case bundleExpired = "CC0802"
    case notMeasurable = "CC0803"
    case malformedReport = "CC0804"

    // Evidence
    case malformedEvidence = "CC0901"
    case malformedEndorsement = "CC0902"
    case evidenceRefused = "CC0903"
    case evidenceNotFullyVerified = "CC0904"
    case endorsementUnavailable = "CC0905"

    // The Coordinator
    case coordinatorUnreachable = "CC1001"
    case coordinatorRefused = "CC1002"
    case coordinatorNotVerified = "CC1003"
    case manifestDiffers = "CC1004"
    case historyDamaged = "CC1005"
    case policiesMismatch = "CC1006"
    case seedShareUnusable = "CC1007"
    case trustOnFirstUse = "CC1008"
    case malformedTransition = "CC1009"

    // Provenance
    case malformedStatement = "CC1101"
    case statementNotVouchedFor = "CC1102"

    // Outputs
    case unwritableOutput = "CC0701"
}
