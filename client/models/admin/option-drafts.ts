import * as z from 'zod/mini'
import type { Service } from '#shared/catalogue.ts'
import { WriteOptions, type WriteOptionGroup } from '#shared/service-input.ts'
import { amountText, parseAmount, parseWhole } from '../ui/amount.ts'

/** A choice as it is typed. */
const ChoiceDraft = z.object({ id: z.optional(z.string()), name: z.string(), price: z.string(), minutes: z.string() })
export type ChoiceDraft = z.infer<typeof ChoiceDraft>

const GroupDraft = z.object({
  name: z.string(),
  required: z.boolean(),
  choose: z.enum(['one', 'several']),
  choices: z.array(ChoiceDraft),
})
export type GroupDraft = z.infer<typeof GroupDraft>

const Drafts = z.array(GroupDraft)

export const newChoice = (): ChoiceDraft => ({ name: '', price: '', minutes: '' })
export const newGroup = (): GroupDraft => ({ name: '', required: false, choose: 'one', choices: [newChoice()] })

/** The groups as a text, which a form and its draft hold. */
export const textOf = (groups: readonly GroupDraft[]): string => JSON.stringify(groups)

export function draftsOf(text: string): GroupDraft[] {
  try {
    return Drafts.safeParse(JSON.parse(text)).data ?? []
  } catch {
    return []
  }
}

export const draftsOfService = ({ options = [], currency }: Pick<Service, 'options' | 'currency'>): GroupDraft[] =>
  options.map(({ name, required, choose, choices }) => ({
    name,
    required,
    choose,
    choices: choices.map((choice) => ({
      id: choice.id,
      name: choice.name,
      price: choice.price > 0 ? amountText(choice.price, currency) : '',
      minutes: choice.durationMinutes ? String(choice.durationMinutes) : '',
    })),
  }))

/** The options as they are sent; null when something is missing or cannot be read. An empty price is none. */
export function optionsOf(groups: readonly GroupDraft[], currency: string): WriteOptionGroup[] | null {
  const options = groups.map(({ choices, ...group }) => ({
    ...group,
    choices: choices.map(({ id, name, price, minutes }) => ({
      ...(id && { id }),
      name,
      price: price.trim() ? parseAmount(price, currency) : 0,
      ...(minutes.trim() && { durationMinutes: parseWhole(minutes) }),
    })),
  }))
  return WriteOptions.safeParse(options).data ?? null
}
