import * as z from 'zod/mini'

/** The provider's name on the sign-in page. */
export const OidcProvider = z.object({ label: z.string() })

/** `returnTo`: a path of this server. */
export const StartOidc = z.strictObject({ returnTo: z.optional(z.string().check(z.maxLength(2_000))) })
