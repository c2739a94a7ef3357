import * as z from 'zod/mini'
import type { Role } from './actors.ts'
import { name } from './fields.ts'
import type { OrderAction } from './order-status.ts'

/** The lists of reasons that a business may have of its own. */
export const reasonLists = ['decline', 'release', 'fail', 'cancel', 'releaseByAdmin', 'cancelByAdmin'] as const
export type ReasonListName = (typeof reasonLists)[number]

/** What a device may send as the reason of a change, in place of the text. */
export const reasonCode = z.string().check(z.regex(/^[\w-]{1,40}$/, 'Letters, digits, - and _'))

export const Reason = z.strictObject({ code: reasonCode, text: name(200) })
export type Reason = z.infer<typeof Reason>

const oneEach = z.refine<Reason[]>((reasons) => new Set(reasons.map(({ code }) => code)).size === reasons.length, {
  error: 'Each code once',
})
const list = z.nullable(z.array(Reason).check(z.minLength(1), z.maxLength(20), oneEach))

/** By the list; null: those that the page has in its languages. */
export const Reasons = z.object({
  decline: list,
  release: list,
  fail: list,
  cancel: list,
  releaseByAdmin: list,
  cancelByAdmin: list,
})
export type Reasons = z.infer<typeof Reasons>

/** What is absent stays. */
export const ChangeReasons = z.strictObject(z.partial(Reasons).shape)
export type ChangeReasons = z.infer<typeof ChangeReasons>

/** The list for an action by this role; null where none is offered. */
export function reasonListOf(action: OrderAction, role: Role): ReasonListName | null {
  if (role === 'admin' && action === 'release') return 'releaseByAdmin'
  if (role === 'admin' && action === 'cancel') return 'cancelByAdmin'
  return reasonLists.find((one) => one === action) ?? null
}
