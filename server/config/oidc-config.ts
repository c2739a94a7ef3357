import { isLoopbackAddress } from '../net/client-address.ts'
import { z } from '../lib/zod.ts'
import { list } from './list.ts'

/** https, or http on this machine: the provider's answers decide who signs in. */
function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  return protocol === 'https:' || (protocol === 'http:' && (hostname === 'localhost' || isLoopbackAddress(hostname)))
}

/** Signing in through an OpenID Connect provider. */
export const oidcKeys = {
  OIDC_ISSUER: z.optional(z.string().check(z.refine(isIssuer, 'Not a URL (https://…)'))),
  OIDC_CLIENT_ID: z.optional(z.string()),
  OIDC_CLIENT_SECRET: z.optional(z.string()),
  OIDC_LABEL: z._default(z.string().check(z.maxLength(40, 'At most 40 characters')), 'OpenID Connect'),
  OIDC_ROLE_CLAIM: z.optional(z.string()),
  OIDC_ADMIN_VALUES: z._default(list, []),
  OIDC_VENDOR_VALUES: z._default(list, []),
}

const Oidc = z.object(oidcKeys)

export interface OidcConfig {
  readonly issuer: string
  readonly clientId: string
  /** null: a public client. */
  readonly clientSecret: string | null
  /** The provider's name on the sign-in page. */
  readonly label: string
  /** The claim with a person's groups or roles. null: new accounts are customers. */
  readonly roleClaim: string | null
  readonly adminValues: readonly string[]
  readonly vendorValues: readonly string[]
}

/** Problems of combinations, each starting with the key. `raw`: the values as they are set. */
export const oidcProblems = (raw: Readonly<Record<string, string | undefined>>): string[] =>
  raw.OIDC_ISSUER
    ? ['OIDC_CLIENT_ID', 'PUBLIC_URL'].filter((key) => !raw[key]).map((key) => `${key}: Required with OIDC_ISSUER`)
    : []

/** null without OIDC_ISSUER. `values` may contain other settings. */
export function readOidc(values: z.infer<typeof Oidc>): OidcConfig | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId } = values
  if (issuer === undefined || clientId === undefined) return null
  return Object.freeze({
    issuer,
    clientId,
    clientSecret: values.OIDC_CLIENT_SECRET ?? null,
    label: values.OIDC_LABEL,
    roleClaim: values.OIDC_ROLE_CLAIM ?? null,
    adminValues: values.OIDC_ADMIN_VALUES,
    vendorValues: values.OIDC_VENDOR_VALUES,
  })
}
