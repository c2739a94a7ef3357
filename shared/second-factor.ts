import * as z from 'zod/mini'
import { currentPassword, opaque } from './fields.ts'
import { SignedIn } from './users.ts'

/** Six digits of the app, or a recovery code. */
const code = opaque(64)

export const StartSecondFactor = z.strictObject({ password: currentPassword })
export const ConfirmSecondFactor = z.strictObject({ code })
/** To turn it off, and for new recovery codes. */
export const ChangeSecondFactor = z.strictObject({ password: currentPassword, code })
export type ChangeSecondFactor = z.infer<typeof ChangeSecondFactor>
/** The second step of a sign-in. `challenge`: from the answer second_factor_required. */
export const AnswerChallenge = z.strictObject({ challenge: opaque(100), code })

/** `required`: the server wants this person to have one. */
export const SecondFactorState = z.object({ on: z.boolean(), recoveryCodes: z.number(), required: z.boolean() })
export type SecondFactorState = z.infer<typeof SecondFactorState>

/** `uri`: for the app, as a QR code (otpauth://); it contains the secret. */
export const StartedSecondFactor = z.object({ secret: z.string(), uri: z.string() })
export type StartedSecondFactor = z.infer<typeof StartedSecondFactor>

/** Shown once. */
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) })
export type RecoveryCodes = z.infer<typeof RecoveryCodes>

/** All sessions have ended; this is the new one. */
export const ConfirmedSecondFactor = z.extend(SignedIn, RecoveryCodes.shape)
