import type { Configuration } from 'openid-client'
import type { FeatureSettings } from '../feature.ts'

export type OidcSettings = NonNullable<FeatureSettings['oidc']>

/** What one sign-in remembers between the redirect to the provider and the way back. */
export interface Handshake {
  state: string
  nonce: string
  verifier: string
}

/** What the provider says about the person. */
export type Claims = Readonly<Record<string, unknown>> & { iss: string; sub: string }

export type Provider = ReturnType<typeof createProvider>

// Imported with the first sign-in: a server without a provider does not load it.
const load = () => import('openid-client')

/** The authorization code flow with PKCE, state and nonce (OpenID Connect Core 3.1, RFC 9700). */
export function createProvider({ issuer, clientId, clientSecret }: OidcSettings, publicUrl: () => string) {
  let discovered: Promise<Configuration> | null = null

  /** Reads the provider's addresses and keys once. After a failure the next sign-in tries again. */
  async function configuration(): Promise<Configuration> {
    const client = await load()
    const isPlain = new URL(issuer).protocol === 'http:'
    discovered ??= client
      .discovery(new URL(issuer), clientId, clientSecret ?? undefined, clientSecret ? undefined : client.None(), {
        execute: isPlain ? [client.allowInsecureRequests] : [],
        timeout: 10,
      })
      .catch((error: unknown) => {
        discovered = null
        throw error
      })
    return discovered
  }

  return {
    /** Where the browser goes, and what has to be remembered until it is back. */
    async start(): Promise<{ url: string; handshake: Handshake }> {
      const [client, config] = [await load(), await configuration()]
      const handshake = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      }
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: `${publicUrl()}/api/auth/oidc/callback`,
        scope: 'openid email profile',
        state: handshake.state,
        nonce: handshake.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(handshake.verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, handshake }
    },

    /** Exchanges the code in the address for the person's claims. Rejects when anything does not fit. */
    async finish(path: string, { state, nonce, verifier }: Handshake): Promise<Claims> {
      const [client, config] = [await load(), await configuration()]
      const tokens = await client.authorizationCodeGrant(config, new URL(publicUrl() + path), {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (!claims) throw new Error('the provider has sent no ID token')
      // Many providers put the e-mail address and the groups only into this answer.
      const more = config.serverMetadata().userinfo_endpoint
        ? await client.fetchUserInfo(config, tokens.access_token, claims.sub)
        : {}
      return { ...more, ...claims }
    },
  }
}
