import { ImportQuery, ImportResult, ImportServices } from '#shared/catalogue-csv.ts'
import { DomainError } from '../../lib/errors.ts'
import { only } from '../../http/route.ts'
import type { FeatureModule } from '../feature.ts'
import { csvOf } from './columns.ts'
import { createImportService } from './import.service.ts'

/** The catalogue as a file for spreadsheets. */
export const catalogueCsv: FeatureModule = {
  name: 'catalogue-csv',
  create({ catalogue }) {
    const imports = createImportService(catalogue)
    return {
      routes: [
        only(
          ['admin'],
          {
            method: 'get',
            path: '/services/export.csv',
            tokens: 'any',
            summary: 'The catalogue as CSV',
            reply: { 200: 'text/csv' },
          },
          async ({ identity }) => ({
            status: 200,
            headers: {
              'Content-Type': 'text/csv; charset=utf-8',
              'Content-Disposition': 'attachment; filename="services.csv"',
            },
            stream: once(csvOf((await catalogue.list(identity)).services)),
            log: { message: 'catalogue exported' },
          }),
        ),

        only(
          ['admin'],
          {
            method: 'post',
            path: '/services/import',
            body: ImportServices,
            query: ImportQuery,
            summary: 'Adds and changes the services of a CSV file; with dryRun=true it only says what it would do',
            reply: { 200: ImportResult },
            errors: ['invalid_import'],
          },
          async ({ identity, body: { csv }, query }) => {
            const dryRun = query.dryRun === 'true'
            const result = await imports.run(identity, csv, dryRun)
            if (dryRun) return { status: 200, body: result }
            if (result.errors.length > 0) throw refused(result)
            const { added, changed, unchanged } = result
            return { status: 200, body: result, log: { message: 'catalogue imported', added, changed, unchanged } }
          },
        ),
      ],
    }
  },
}

async function* once(text: string): AsyncGenerator<string> {
  yield text
}

function refused({ errors }: ImportResult): DomainError {
  const fields = errors.map(({ row, column, ...error }) => ({ ...error, path: `rows.${row}.${column}` }))
  return new DomainError('invalid_import', `${errors.length} cells are wrong. Nothing was written.`, { errors: fields })
}
