import type { ItemOption, OptionGroup } from './service-options.ts'

/** Why a service cannot be ordered with these choices. `group` is a name, `choice` an id. */
export type OptionProblem =
  { code: 'unknown_option'; choice: string } | { code: 'option_required' | 'one_option_only'; group: string }

/** The problems of the choices, by the groups of the service; none when the service can be ordered with them. */
export function optionProblems(groups: readonly OptionGroup[], choices: readonly string[]): OptionProblem[] {
  const chosen = new Set(choices)
  const known = new Set(groups.flatMap((group) => group.choices.map(({ id }) => id)))
  const unknown = [...chosen].filter((choice) => !known.has(choice))
  const counts = groups.map((group) => ({ group, count: group.choices.filter(({ id }) => chosen.has(id)).length }))
  return [
    ...unknown.map((choice) => ({ code: 'unknown_option' as const, choice })),
    ...counts.flatMap(({ group: { name, required, choose }, count }): OptionProblem[] => {
      if (required && count === 0) return [{ code: 'option_required', group: name }]
      if (choose === 'one' && count > 1) return [{ code: 'one_option_only', group: name }]
      return []
    }),
  ]
}

/** The chosen options in the order of the groups. */
export function chosenOptions(groups: readonly OptionGroup[], choices: readonly string[]): ItemOption[] {
  const chosen = new Set(choices)
  return groups.flatMap((group) =>
    group.choices
      .filter(({ id }) => chosen.has(id))
      .map(({ id, name, price, durationMinutes }) => ({
        group: group.name,
        choice: id,
        name,
        price,
        ...(durationMinutes && { durationMinutes }),
      })),
  )
}

/** "Cleaning (Large, Oven)": the item in one line. */
export const nameWithOptions = ({
  name,
  options = [],
}: {
  name: string
  options?: readonly { name: string }[]
}): string => (options.length > 0 ? `${name} (${options.map((option) => option.name).join(', ')})` : name)

/** What the options add, for one piece. */
export const priceOfOptions = (options: readonly Pick<ItemOption, 'price'>[] = []): number =>
  options.reduce((sum, { price }) => sum + price, 0)

export const minutesOfOptions = (options: readonly Pick<ItemOption, 'durationMinutes'>[] = []): number =>
  options.reduce((sum, { durationMinutes = 0 }) => sum + durationMinutes, 0)

/** The least that the service costs: with the cheapest choice of each required group. */
export const lowestPrice = (price: number, groups: readonly OptionGroup[]): number =>
  groups.reduce(
    (sum, { required, choices }) => sum + (required ? Math.min(...choices.map((choice) => choice.price)) : 0),
    price,
  )
