import { csvColumns, type CsvColumn, type RowError } from '#shared/catalogue-csv.ts'
import { CreateService } from '#shared/service-input.ts'
import { fieldErrors } from '../../lib/zod.ts'
import { parseCsv, type CsvRow } from '../../lib/parse-csv.ts'
import { amountOf, daysOf, timeOf, truthOf, wholeOf } from './values.ts'

/** A service of the file. `input` has the fields of the columns that the file has; `id`: null for one that is found by its name. */
export interface ServiceRow {
  row: number
  id: string | null
  input: CreateService
}

type Read = (column: CsvColumn) => string
interface FileRow {
  row: number
  read: Read
}

/** The services of the file, and every cell that is wrong. */
export function readRows(
  csv: string,
  currency: string,
): { columns: ReadonlySet<string>; services: ServiceRow[]; errors: RowError[] } {
  const [head, ...rows] = parseCsv(csv)
  const names = (head?.cells ?? []).map((cell) => cell.trim())
  const columns = new Set(names)
  const known: ReadonlySet<string> = new Set(csvColumns)
  const headErrors = [
    ...names.flatMap((name, index) =>
      known.has(name) && names.indexOf(name) === index
        ? []
        : errorAt(1, name, 'unknown_column', `There is no column "${name}", or there are two`),
    ),
    ...(['name', 'price', 'durationMinutes'] as const).flatMap((name) =>
      columns.has(name) ? [] : errorAt(1, name, 'missing_column', `The column "${name}" is missing`),
    ),
  ]
  if (headErrors.length > 0) return { columns, services: [], errors: headErrors }

  const errors: RowError[] = []
  const services: ServiceRow[] = []
  for (const [own, ...choices] of grouped(rows.map((row) => reader(row, names)))) {
    if (!own) continue
    if (own.read('name') === '') {
      const what = own.read('choice') === '' ? 'A service needs a name' : 'A choice stands below its service'
      errors.push(...errorAt(own.row, 'name', 'no_name', what))
      continue
    }
    const read = readService(own, choices, currency)
    errors.push(...read.errors)
    if (read.input) services.push({ row: own.row, id: own.read('id') || null, input: read.input })
  }
  return { columns, services, errors }
}

const reader = ({ row, cells }: CsvRow, names: readonly string[]): FileRow => ({
  row,
  read: (column) => cells[names.indexOf(column)]?.trim() ?? '',
})

/** Each service with the choices below it. */
function grouped(rows: readonly FileRow[]): FileRow[][] {
  const groups: FileRow[][] = []
  for (const row of rows) {
    const last = groups.at(-1)
    if (last && row.read('name') === '' && row.read('choice') !== '') last.push(row)
    else groups.push([row])
  }
  return groups
}

function readService(own: FileRow, choices: readonly FileRow[], currency: string) {
  const { row, read } = own
  const errors: RowError[] = []
  /** The value, or undefined with an error. An empty cell is `absent`. */
  function value<Value>(
    at: FileRow,
    column: CsvColumn,
    parse: (text: string) => Value | undefined,
    message: string,
    absent?: Value,
  ) {
    const text = at.read(column)
    if (text === '' && absent !== undefined) return absent
    const parsed = parse(text)
    if (parsed === undefined) errors.push(...errorAt(at.row, column, `bad_${column}`, message))
    return parsed
  }
  const price = (at: FileRow, absent?: number) =>
    value(at, 'price', (text) => amountOf(text, currency), `Write a price such as 45.00, in ${currency}`, absent)
  const minutes = (at: FileRow, absent?: number) =>
    value(at, 'durationMinutes', wholeOf, 'Write the minutes as a whole number', absent)
  const truth = (at: FileRow, column: 'active' | 'required', absent: boolean) =>
    value(at, column, truthOf, 'Write true or false', absent)

  const other = read('currency')
  if (other !== '' && other !== currency)
    errors.push(...errorAt(row, 'currency', 'other_currency', `The prices of this server are in ${currency}`))

  const places: number[][] = []
  const groups = new Map<string, { name: string; required: boolean | undefined; choose: string; choices: object[] }>()
  for (const choice of choices) {
    const name = choice.read('group')
    let group = groups.get(name)
    if (!group) {
      group = { name, required: truth(choice, 'required', false), choose: choice.read('choose') || 'one', choices: [] }
      groups.set(name, group)
      places.push([])
    }
    const extra = minutes(choice, 0)
    const id = choice.read('id')
    group.choices.push({
      ...(id && { id }),
      name: choice.read('choice'),
      price: price(choice, 0),
      ...(extra !== 0 && { durationMinutes: extra }),
    })
    places[[...groups.keys()].indexOf(name)]?.push(choice.row)
  }

  const hasHours = (['days', 'from', 'to', 'timeZone'] as const).some((column) => read(column) !== '')
  const input = {
    name: read('name'),
    category: read('category') || null,
    description: read('description'),
    price: price(own),
    durationMinutes: minutes(own),
    active: truth(own, 'active', true),
    options: [...groups.values()],
    availableHours: hasHours
      ? { days: daysOf(read('days')), from: timeOf(read('from')), to: timeOf(read('to')), timeZone: read('timeZone') }
      : null,
  }
  if (errors.length > 0) return { input: null, errors }
  const parsed = CreateService.safeParse(input)
  if (parsed.success) return { input: parsed.data, errors }
  const issues = fieldErrors(parsed.error.issues).map(
    ({ path, message, code = 'invalid', minimum, maximum, origin, format }) => ({
      ...placeOf(path, row, places),
      message,
      code,
      minimum,
      maximum,
      origin,
      format,
    }),
  )
  return { input: null, errors: issues }
}

const choiceColumns: ReadonlyMap<string, CsvColumn> = new Map([
  ['id', 'id'],
  ['name', 'choice'],
  ['price', 'price'],
  ['durationMinutes', 'durationMinutes'],
])

/** Where in the file a field of the service stands. */
function placeOf(path: string, row: number, places: readonly (readonly number[])[]): { row: number; column: string } {
  const [field = '', group, part, choice, name] = path.split('.')
  if (field === 'availableHours') return { row, column: group ?? 'days' }
  if (field !== 'options') return { row, column: field }
  const rows = places[Number(group)] ?? []
  if (part === 'choices' && choice !== undefined)
    return { row: rows[Number(choice)] ?? row, column: choiceColumns.get(name ?? '') ?? 'choice' }
  return {
    row: rows[0] ?? row,
    column: part === 'choose' || part === 'required' ? part : part === 'choices' ? 'choice' : 'group',
  }
}

export const errorAt = (row: number, column: string, code: string, message: string): RowError[] => [
  { row, column, code, message },
]
