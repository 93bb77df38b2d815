// SPDX-License-Identifier: Apache-2.0

/// What a text that should not be readable is.
package enum SecretKind: String, Sendable, CaseIterable {
    case privateKey = "a private key"
    case jsonWebToken = "a JSON web token"
    case amazonKey = "an AWS access key"
    case azureKey = "an Azure account key"
    case googleKey = "a Google API key"
    case gitHubToken = "a GitHub token"
    case gitLabToken = "a GitLab token"
    case huggingFaceToken = "a Hugging Face token"
    case languageModelKey = "a key of a language model's API"
    case slackToken = "a Slack token"
    case stripeKey = "a Stripe key"
    case packageToken = "a token of a package registry"
    case vaultToken = "a Vault token"
    case otherToken = "an access token"
    case urlPassword = "a password in a URL"
    /// What a name says it is.
    case password = "a password"
    case namedToken = "a token or key"
    /// What only looks like it.
    case randomText = "what looks like a random key"
}
