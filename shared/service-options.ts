import * as z from 'zod/mini'
import { amount, id } from './fields.ts'

export const choose = z.enum(['one', 'several'])

/** A choice of a group. `price` (minor units) and `durationMinutes` are added to those of the service. */
export const OptionChoice = z.object({ id, name: z.string(), price: amount, durationMinutes: z.optional(z.int()) })
export type OptionChoice = z.infer<typeof OptionChoice>

/** What a customer chooses with a service, such as its size. `required`: at least one of the choices. */
export const OptionGroup = z.object({
  name: z.string(),
  required: z.boolean(),
  choose,
  choices: z.array(OptionChoice),
})
export type OptionGroup = z.infer<typeof OptionGroup>

/** An option of an ordered item: the name of the group, the id of the choice, and its name and price when it was ordered. */
export const ItemOption = z.object({
  group: z.string(),
  choice: id,
  name: z.string(),
  price: amount,
  durationMinutes: z.optional(z.int()),
})
export type ItemOption = z.infer<typeof ItemOption>
