import * as z from 'zod/mini'
import { text } from './fields.ts'

/**
 * The columns of the catalogue as CSV. A row with a `name` is a service; a row without one below it is a choice of the
 * `group` that it names, with its own `id`, `price` and `durationMinutes`.
 */
export const csvColumns = [
  'id',
  'name',
  'category',
  'description',
  'price',
  'currency',
  'durationMinutes',
  'active',
  'days',
  'from',
  'to',
  'timeZone',
  'group',
  'choose',
  'required',
  'choice',
] as const
export type CsvColumn = (typeof csvColumns)[number]

/** Of the body of `POST /services/import`: as much as a request may have. */
export const ImportServices = z.strictObject({ csv: text(1, 64 * 1024) })
export type ImportServices = z.infer<typeof ImportServices>

export const ImportQuery = z.strictObject({ dryRun: z.optional(z.enum(['true', 'false'])) })
export type ImportQuery = z.infer<typeof ImportQuery>

/** `row`: as a spreadsheet counts, 1 is the line with the names of the columns. `code`: of zod, or one of ours. */
export const RowError = z.object({
  row: z.int(),
  column: z.string(),
  message: z.string(),
  code: z.string(),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
  origin: z.optional(z.string()),
  format: z.optional(z.string()),
})
export type RowError = z.infer<typeof RowError>

/** What an import does, or would do. Nothing is written while there are `errors`. */
export const ImportResult = z.object({
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  errors: z.array(RowError),
})
export type ImportResult = z.infer<typeof ImportResult>
