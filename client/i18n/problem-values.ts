/** The members of a problem document (shared/errors.ts). */
export type ProblemValues = Readonly<Record<string, unknown>>

const isNamed = (value: unknown): value is { name: string } =>
  typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'

/** What no_vendor_able says. `area`: where; null when the skills are what is missing. */
export function unableOf({ services, area }: ProblemValues): { services: readonly string[]; area: string | null } {
  const names = Array.isArray(services) ? services.filter(isNamed).map(({ name }) => name) : []
  return { services: names, area: typeof area === 'string' ? area : null }
}
