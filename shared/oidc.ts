import * as z from 'zod/mini'
import { opaque } from './fields.ts'

/** The provider's name on the sign-in page. */
export const OidcProvider = z.object({ label: z.string() })

/** `returnTo`: a path of this server. */
export const StartOidc = z.strictObject({ returnTo: z.optional(opaque(2_000)) })
