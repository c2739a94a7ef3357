import type { Service } from '#shared/catalogue.ts'
import { csvColumns, type CsvColumn } from '#shared/catalogue-csv.ts'
import { plainAmount } from '#shared/currency.ts'
import { csvLine } from '../../lib/csv.ts'

type Cells = Partial<Record<CsvColumn, string>>

/** The catalogue as a file: each service, followed by its choices. */
export const csvOf = (services: readonly Service[]): string =>
  [csvLine(csvColumns), ...services.flatMap(rowsOf).map(lineOf)].join('')

const lineOf = (cells: Cells): string => csvLine(csvColumns.map((column) => cells[column] ?? ''))

function rowsOf(service: Service): Cells[] {
  const { id, name, category, description, price, currency, durationMinutes, active, availableHours } = service
  const own: Cells = {
    id,
    name,
    category,
    description,
    price: plainAmount(price, currency),
    currency,
    durationMinutes: String(durationMinutes),
    active: String(active),
    ...(availableHours && { ...availableHours, days: availableHours.days.join(' ') }),
  }
  const choices = (service.options ?? []).flatMap((group) =>
    group.choices.map((choice, index): Cells => ({
      id: choice.id,
      price: plainAmount(choice.price, currency),
      durationMinutes: choice.durationMinutes ? String(choice.durationMinutes) : '',
      group: group.name,
      ...(index === 0 && { choose: group.choose, required: String(group.required) }),
      choice: choice.name,
    })),
  )
  return [own, ...choices]
}
