import { useEffect, useState } from 'preact/hooks'
import { language, t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { LoadOlder } from '../../components/load-older.tsx'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createAuditLog, everything, type AuditLog, type AuditSearch } from '../../models/admin/audit.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { accessToken } from '../../models/session/session.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { AuditRow, labelOf } from './audit-row.tsx'

/** Who did what, newest first. */
export default function AuditPage() {
  useTitle(t().audit.title)
  const { api } = useWorkspace()
  const [log] = useState(() => createAuditLog(api, () => accessToken.peek()))
  useEffect(() => void log.show(everything), [log])

  return (
    <main class="mx-auto w-full max-w-240 p-4 py-6">
      <div class="mb-4 flex flex-wrap items-center gap-3">
        <h1 class="me-auto text-lg font-semibold">{t().audit.title}</h1>
        <Download log={log} />
      </div>
      <SearchForm onSearch={(search) => void log.show(search)} />
      <Entries log={log} />
      <LoadOlder feed={log} />
    </main>
  )
}

const input = 'hit rounded-sm border border-edge/60 bg-surface px-3 text-sm hover:border-edge'

/** By their labels. */
const actions = (): string[] =>
  Object.keys(t().audit.actions).sort((a, b) => labelOf(a).localeCompare(labelOf(b), language.value))

function SearchForm({ onSearch }: { onSearch(search: AuditSearch): void }) {
  const [search, setSearch] = useState(everything)
  const change = (part: Partial<AuditSearch>) => setSearch({ ...search, ...part })
  return (
    <search>
      <form
        class="mb-4 flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          onSearch(search)
        }}
      >
        <label class="grid min-w-48 flex-1 gap-1 text-sm font-medium">
          {t().audit.search}
          <input
            type="search"
            dir="auto"
            maxLength={200}
            value={search.q}
            onInput={({ currentTarget: { value } }) => change({ q: value })}
            class={`${input} w-full`}
          />
        </label>
        <label class="grid min-w-0 gap-1 text-sm font-medium">
          {t().audit.action}
          <select
            value={search.action}
            onChange={({ currentTarget: { value } }) => change({ action: value })}
            class={`${input} max-w-full`}
          >
            <option value="">{t().audit.everyAction}</option>
            {actions().map((action) => (
              <option key={action} value={action}>
                {labelOf(action)}
              </option>
            ))}
          </select>
        </label>
        <label class="grid gap-1 text-sm font-medium">
          {t().audit.from}
          <input
            type="date"
            value={search.from}
            onInput={({ currentTarget: { value } }) => change({ from: value })}
            class={input}
          />
        </label>
        <label class="grid gap-1 text-sm font-medium">
          {t().audit.to}
          <input
            type="date"
            value={search.to}
            onInput={({ currentTarget: { value } }) => change({ to: value })}
            class={input}
          />
        </label>
        <Button type="submit" icon="icon-[lucide--search]">
          {t().audit.submit}
        </Button>
      </form>
    </search>
  )
}

function Entries({ log }: { log: AuditLog }) {
  const { entries, error, nextCursor } = log
  useRetryWhenBack(error.value !== null, () => void log.retry())
  if (error.value !== null) return <Failed message={error.value} onRetry={() => void log.retry()} />
  if (!entries.value) return <Skeleton rows={6} class="h-14" />
  if (entries.value.length === 0) {
    return (
      <Empty icon="icon-[lucide--scroll-text]" title={t().audit.empty}>
        {nextCursor.value ? t().audit.searchOlder : t().audit.emptyHelp}
      </Empty>
    )
  }
  return (
    <ul class="overflow-hidden rounded-md border border-line bg-surface">
      {entries.value.map((entry) => (
        <AuditRow key={entry.id} entry={entry} />
      ))}
    </ul>
  )
}

function Download({ log }: { log: AuditLog }) {
  const [busy, setBusy] = useState(false)
  async function download() {
    setBusy(true)
    try {
      const url = URL.createObjectURL(await log.csv())
      const link = document.createElement('a')
      link.href = url
      link.download = 'audit-log.csv'
      link.click()
      URL.revokeObjectURL(url)
    } catch (error) {
      showNotice(messageOf(error), 'problem')
    }
    setBusy(false)
  }
  return (
    <Button icon="icon-[lucide--download]" busy={busy} onClick={() => void download()}>
      {t().audit.download}
    </Button>
  )
}
