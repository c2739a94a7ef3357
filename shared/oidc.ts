import * as z from 'zod/mini'

/** The provider's name; null: there is none. */
export const OidcInfo = z.object({ label: z.nullable(z.string()) })

/** `returnTo`: a path of this server. */
export const StartOidc = z.strictObject({ returnTo: z.optional(z.string().check(z.maxLength(2_000))) })
