// SPDX-License-Identifier: Apache-2.0

/// The service that owners of deployments use.
package typealias UserAPI = Edgelesssys_Contrast_Userapi_UserAPI
/// The service that workloads use.
package typealias MeshAPI = Meshapi_MeshAPI

/// Names that clients of other releases use for the services, with those that these stubs have.
package enum ServiceAliases {
    package static let user = ["userapi.UserAPI": "edgelesssys.contrast.userapi.UserAPI"]
    package static let mesh = ["edgelesssys.contrast.meshapi.MeshAPI": "meshapi.MeshAPI"]
}

package typealias SetManifestRequest = Edgelesssys_Contrast_Userapi_SetManifestRequest
package typealias SetManifestResponse = Edgelesssys_Contrast_Userapi_SetManifestResponse
package typealias SeedShareDocument = Edgelesssys_Contrast_Userapi_SeedShareDocument
package typealias SeedShare = Edgelesssys_Contrast_Userapi_SeedShare
package typealias GetManifestsRequest = Edgelesssys_Contrast_Userapi_GetManifestsRequest
package typealias GetManifestsResponse = Edgelesssys_Contrast_Userapi_GetManifestsResponse
package typealias LatestTransition = Edgelesssys_Contrast_Userapi_LatestTransition
package typealias RecoverRequest = Edgelesssys_Contrast_Userapi_RecoverRequest
package typealias RecoverResponse = Edgelesssys_Contrast_Userapi_RecoverResponse
package typealias NewMeshCertRequest = Meshapi_NewMeshCertRequest
package typealias NewMeshCertResponse = Meshapi_NewMeshCertResponse
package typealias MeshRecoverRequest = Meshapi_RecoverRequest
package typealias MeshRecoverResponse = Meshapi_RecoverResponse
