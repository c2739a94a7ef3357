import { isDeepStrictEqual } from 'node:util'
import type { Actor } from '#shared/actors.ts'
import type { Service } from '#shared/catalogue.ts'
import type { CsvColumn, ImportResult, RowError } from '#shared/catalogue-csv.ts'
import type { ChangeService } from '#shared/service-input.ts'
import type { CatalogueService } from '../../services/catalogue.service.ts'
import { errorAt, readRows, type ServiceRow } from './read-rows.ts'

/** The fields and their columns. A field of which the file has no column stays as it is. */
const fieldColumns: readonly (readonly [field: keyof ChangeService, column: CsvColumn])[] = [
  ['name', 'name'],
  ['category', 'category'],
  ['description', 'description'],
  ['price', 'price'],
  ['durationMinutes', 'durationMinutes'],
  ['active', 'active'],
  ['options', 'choice'],
  ['availableHours', 'days'],
]

export function createImportService(catalogue: Pick<CatalogueService, 'list' | 'create' | 'change'>) {
  /** What the file says, compared with the catalogue. */
  async function plan(actor: Actor, csv: string) {
    const { currency, services } = await catalogue.list(actor)
    const { columns, services: rows, errors } = readRows(csv, currency)
    const changes: { row: ServiceRow; before: Service | null; change: ChangeService }[] = []
    const seen = new Map<string, number>()
    for (const row of rows) {
      const found = serviceOf(row, services)
      const key = found.before?.id ?? row.input.name
      const first = seen.get(key)
      if (found.error) errors.push(...found.error)
      else if (first !== undefined)
        errors.push(...errorAt(row.row, 'name', 'service_twice', `Row ${first} is about the same service`))
      else changes.push({ row, before: found.before, change: changeOf(row, found.before, columns) })
      seen.set(key, first ?? row.row)
    }
    return { changes, errors: errors.toSorted((a, b) => a.row - b.row) }
  }

  return {
    /** Writes nothing while a row is wrong. After an interruption it may run again: names find what was added. */
    async run(actor: Actor, csv: string, dryRun: boolean): Promise<ImportResult> {
      const { changes, errors } = await plan(actor, csv)
      const result = { added: 0, changed: 0, unchanged: 0, errors }
      for (const { row, before, change } of changes) {
        const what = before === null ? 'added' : Object.keys(change).length > 0 ? 'changed' : 'unchanged'
        result[what]++
        if (dryRun || errors.length > 0 || what === 'unchanged') continue
        if (before) await catalogue.change(actor, before.id, change)
        else await catalogue.create(row.input)
      }
      return result
    },
  }
}

function serviceOf(
  { row, id, input }: ServiceRow,
  services: readonly Service[],
): { before: Service | null; error?: RowError[] } {
  if (id !== null) {
    const before = services.find((service) => service.id === id) ?? null
    return before
      ? { before }
      : {
          before,
          error: errorAt(row, 'id', 'unknown_id', 'There is no service with this id: leave it empty for a new one'),
        }
  }
  const [before = null, other] = services.filter(({ name }) => name === input.name)
  return other
    ? { before, error: errorAt(row, 'id', 'several_services', 'Several services have this name: give the id') }
    : { before }
}

/** The fields that differ. Choices keep their ids by the names of their groups and their own. */
function changeOf({ input }: ServiceRow, before: Service | null, columns: ReadonlySet<string>): ChangeService {
  if (!before) return input
  const known = new Map(
    (before.options ?? []).flatMap((group) =>
      group.choices.map(({ id, name }) => [`${group.name}\n${name}`, id] as const),
    ),
  )
  const options = input.options?.map((group) => ({
    ...group,
    choices: group.choices.map((choice) => ({
      ...choice,
      id: choice.id ?? known.get(`${group.name}\n${choice.name}`),
    })),
  }))
  const now: ChangeService = { ...input, options }
  const was: ChangeService = { category: null, options: [], availableHours: null, ...before }
  const differing = fieldColumns.filter(
    ([field, column]) => columns.has(column) && !isDeepStrictEqual(plain(now[field]), plain(was[field])),
  )
  return Object.fromEntries(differing.map(([field]) => [field, now[field]]))
}

/** Without fields that are undefined, and in one order of fields. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))
