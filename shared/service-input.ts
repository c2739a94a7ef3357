import * as z from 'zod/mini'
import { AvailableHours } from './available-hours.ts'
import { Deadlines } from './deadlines.ts'
import { amount, id, name, text } from './fields.ts'
import { OfferRule } from './offers.ts'
import { Proof } from './proof.ts'
import { Tags } from './tags.ts'
import { choose } from './service-options.ts'

// What admins write. Apart from what is read (catalogue.ts), which is in the library as well.

const extraMinutes = z.optional(z.int().check(z.minimum(0), z.maximum(60 * 24 * 30)))

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

/** An unknown part is refused. */
const WriteProof = z.strictObject(Proof.shape)

/** null removes a category, hours, deadlines, offers or proof. The options and skills that are sent replace those before. */
const details = {
  category: z.optional(z.nullable(name(60))),
  options: z.optional(WriteOptions),
  availableHours: z.optional(z.nullable(AvailableHours)),
  deadlines: z.optional(z.nullable(Deadlines)),
  skills: z.optional(Tags),
  offers: z.optional(z.nullable(OfferRule)),
  proof: z.optional(z.nullable(WriteProof)),
}

const fields = {
  name: name(100),
  description: text(0, 1000),
  price: amount,
  durationMinutes: z.int().check(z.minimum(1), z.maximum(60 * 24 * 30)),
  active: z.boolean(),
}

export const CreateService = z.strictObject({
  ...fields,
  ...details,
  description: z.optional(fields.description),
  active: z.optional(fields.active),
})
export type CreateService = z.infer<typeof CreateService>

export const ChangeService = z.partial(z.strictObject({ ...fields, ...details }))
export type ChangeService = z.infer<typeof ChangeService>
