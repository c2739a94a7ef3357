import { useId, useState } from 'preact/hooks'
import { csvColumns, type ImportResult } from '#shared/catalogue-csv.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createCatalogueCsv, rowErrorText } from '../../models/admin/catalogue-csv.ts'
import type { Catalogue } from '../../models/customer/catalogue.ts'
import { showNotice } from '../../models/ui/notices.ts'

interface Props {
  catalogue: Pick<Catalogue, 'load'>
  onClose(): void
}

/** The services as a file: download, check, import. */
export default function CatalogueCsvDialog({ catalogue, onClose }: Props) {
  const workspace = useWorkspace()
  const [files] = useState(() => createCatalogueCsv(workspace))
  const id = useId()

  async function importFile() {
    const result = await files.import()
    if (!result) return
    await catalogue.load()
    showNotice(t().catalogueCsv.imported(result.added, result.changed))
    onClose()
  }

  return (
    <Dialog title={t().catalogueCsv.title} onClose={onClose}>
      <div class="grid gap-5">
        <Button icon="icon-[lucide--download]" class="justify-self-start" onClick={() => void files.download()}>
          {t().catalogueCsv.download}
        </Button>
        <div class="grid gap-1.5">
          <label for={id} class="text-sm font-medium">
            {t().catalogueCsv.file}
          </label>
          <input
            id={id}
            type="file"
            accept=".csv,text/csv"
            aria-describedby={`${id}-help`}
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? []
              if (file) void files.choose(file)
              // The corrected file has the same name: it is chosen again.
              currentTarget.value = ''
            }}
            class="w-full text-sm"
          />
          <p id={`${id}-help`} class="text-xs text-soft">
            {t().catalogueCsv.fileHelp}
          </p>
        </div>
        {files.problem.value && (
          <p role="alert" class="rounded-sm bg-danger-soft px-3 py-2.5 text-sm text-danger">
            {files.problem.value}
          </p>
        )}
        {files.checked.value && <Checked result={files.checked.value} />}
        <Columns />
        <Button
          variant="primary"
          class="min-h-12"
          disabled={!files.mayImport.value}
          busy={files.busy.value}
          onClick={() => void importFile()}
        >
          {t().catalogueCsv.import}
        </Button>
      </div>
    </Dialog>
  )
}

/** What the import would do, or what is wrong. */
function Checked({ result: { added, changed, unchanged, errors } }: { result: ImportResult }) {
  if (errors.length === 0) {
    return (
      <p role="status" class="rounded-sm bg-sunken px-3 py-2.5 text-sm">
        {t().catalogueCsv.summary(added, changed, unchanged)}
      </p>
    )
  }
  return (
    <div role="alert" class="grid gap-2 rounded-sm bg-danger-soft px-3 py-2.5 text-sm text-danger">
      <p class="font-medium">{t().catalogueCsv.wrong(errors.length)}</p>
      <ul class="grid max-h-60 gap-1 overflow-y-auto">
        {errors.map((error, index) => (
          <li key={index} class="wrap-anywhere">
            <b class="font-medium">{t().catalogueCsv.place(error.row, error.column)}</b>: {rowErrorText(error)}
          </li>
        ))}
      </ul>
      <p>{t().catalogueCsv.correct}</p>
    </div>
  )
}

function Columns() {
  const { columns, rows, explained } = t().catalogueCsv
  return (
    <details class="text-sm">
      <summary class="hit flex cursor-pointer items-center gap-2 rounded-sm font-medium">
        {columns}
        <span class="icon-[lucide--chevron-down] size-4 text-soft" aria-hidden="true" />
      </summary>
      <p class="py-2 text-soft">{rows}</p>
      <dl class="grid gap-1">
        {csvColumns.map((column) => (
          <div key={column} class="grid grid-cols-[minmax(0,9rem)_minmax(0,1fr)] gap-x-3">
            <dt class="font-medium">{column}</dt>
            <dd class="text-soft">{explained[column]}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
