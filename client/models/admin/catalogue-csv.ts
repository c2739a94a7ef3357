import { computed, signal } from '@preact/signals'
import { ImportResult, type RowError } from '#shared/catalogue-csv.ts'
import { t } from '../../i18n/index.ts'
import type { Api } from '../../live/api.ts'
import { messageOf } from '../session/api-error.ts'
import { fieldErrorText } from '../ui/field-errors.ts'

interface CatalogueCsvDependencies {
  api: Pick<Api, 'post'>
  download(path: string): Promise<string>
}

/** The services as a CSV file: a file is checked when it is chosen, and imported when the admin says so. */
export function createCatalogueCsv({ api, download }: CatalogueCsvDependencies) {
  const csv = signal<string | null>(null)
  const checked = signal<ImportResult | null>(null)
  const busy = signal(false)
  const failure = signal<unknown>(null)

  async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
    busy.value = true
    failure.value = null
    try {
      return await work()
    } catch (error) {
      failure.value = error
      return null
    } finally {
      busy.value = false
    }
  }

  const send = (text: string | null, dryRun: boolean) =>
    api.post(`/services/import?dryRun=${dryRun}`, ImportResult, { csv: text })

  return {
    busy,
    /** What the import would do; null until a file is checked. */
    checked,
    mayImport: computed(() => checked.value !== null && checked.value.errors.length === 0),
    problem: computed(() => (failure.value === null ? null : messageOf(failure.value))),
    async choose(file: Pick<File, 'text'>): Promise<void> {
      checked.value = null
      checked.value = await attempt(async () => {
        csv.value = await file.text()
        return send(csv.value, true)
      })
    },
    /** Resolves to null when nothing was written. */
    import: () => attempt(() => send(csv.peek(), false)),
    download: () => attempt(async () => save(await download('/services/export.csv'))),
  }
}

/** The text for a person. */
export function rowErrorText(error: RowError): string {
  const problems: Readonly<Record<string, string>> = t().catalogueCsv.problems
  return problems[error.code] ?? fieldErrorText({ ...error, path: error.column })
}

function save(csv: string): void {
  // The mark of the encoding: without it, spreadsheets read another one.
  const url = URL.createObjectURL(new Blob(['\ufeff', csv], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'services.csv'
  link.click()
  URL.revokeObjectURL(url)
}
