import * as z from 'zod/mini'
import { currentPassword } from './fields.ts'

/** The name of a person whose data were erased, wherever a name is kept. */
export const erasedName = 'Erased person'

export const EraseAccount = z.strictObject({ password: currentPassword })
export type EraseAccount = z.infer<typeof EraseAccount>
