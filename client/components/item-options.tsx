import type { ItemOption } from '#shared/service-options.ts'

/** The options of an item, on a line below its name. */
export function ItemOptions({ options = [] }: { options?: readonly ItemOption[] }) {
  if (options.length === 0) return null
  return (
    <span class="block text-sm font-normal text-soft">
      {options.map(({ choice, name }, index) => (
        <bdi key={choice}>{index > 0 ? `, ${name}` : name}</bdi>
      ))}
    </span>
  )
}
