import * as z from 'zod/mini'
import { amount, id, name } from './fields.ts'

const choose = z.enum(['one', 'several'])
const extraMinutes = z.optional(z.int().check(z.minimum(0), z.maximum(60 * 24 * 30)))

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

const namesDiffer = z.refine<readonly { name: string }[]>(
  (named) => new Set(named.map((one) => one.name)).size === named.length,
  { error: 'Each needs a name of its own', params: { code: 'name_twice' } },
)

/** A choice without an `id` is a new one. */
const WriteChoice = z.strictObject({
  id: z.optional(id),
  name: name(60),
  price: amount,
  durationMinutes: extraMinutes,
})
export const WriteOptionGroup = z.strictObject({
  name: name(60),
  required: z.boolean(),
  choose,
  choices: z.array(WriteChoice).check(z.minLength(1), z.maxLength(30), namesDiffer),
})
export type WriteOptionGroup = z.infer<typeof WriteOptionGroup>

export const WriteOptions = z.array(WriteOptionGroup).check(
  z.maxLength(10),
  namesDiffer,
  z.refine<readonly WriteOptionGroup[]>(
    (groups) => {
      const ids = groups.flatMap(({ choices }) => choices.flatMap((choice) => choice.id ?? []))
      return new Set(ids).size === ids.length
    },
    { error: 'Two choices have the same id', params: { code: 'choice_twice' } },
  ),
)

/** An option of an ordered item: the name of the group, the id of the choice, and its name and price when it was ordered. */
export const ItemOption = z.object({
  group: z.string(),
  choice: id,
  name: z.string(),
  price: amount,
  durationMinutes: z.optional(z.int()),
})
export type ItemOption = z.infer<typeof ItemOption>
