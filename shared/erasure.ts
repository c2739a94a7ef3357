import * as z from 'zod/mini'
import { currentPassword } from './fields.ts'

/** The name of a person whose data were erased, wherever a name is kept. */
export const erasedName = 'Erased person'

/** All that the server has about a person, by the part that has it. */
export const PersonalExport = z.record(z.string(), z.unknown())

export const EraseAccount = z.strictObject({ password: currentPassword })
export type EraseAccount = z.infer<typeof EraseAccount>
