import { useEffect, useState } from 'preact/hooks'
import lazy from 'preact-iso/lazy'
import { reasonLists, Reasons, type ReasonListName } from '#shared/reasons.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Failed, Skeleton } from '../../components/list-states.tsx'
import { Page } from '../../components/page.tsx'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { standardReasons } from '../../models/orders/labels.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { loadChunk } from '../../models/ui/load-chunk.ts'
import { SettingsNav } from './settings-nav.tsx'

const ReasonsDialog = lazy(() => loadChunk(() => import('./reasons-dialog.tsx')))

/** The lists of reasons: those of the business, or the standard ones. */
export default function ReasonsPage() {
  useTitle(t().reasonLists.title)
  const { api } = useWorkspace()
  const [lists, setLists] = useState<Reasons | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const [editing, setEditing] = useState<ReasonListName | null>(null)
  const load = () => {
    setProblem(null)
    api.get('/reasons', Reasons).then(setLists, (error: unknown) => setProblem(error))
  }
  useEffect(load, [api])
  useRetryWhenBack(problem !== null, load)

  return (
    <Page width="vendor">
      <SettingsNav />
      <h1 class="mb-2 text-lg font-semibold">{t().reasonLists.title}</h1>
      <p class="mb-6 text-sm text-pretty text-soft">{t().reasonLists.help}</p>
      {problem !== null && <Failed message={messageOf(problem)} onRetry={load} />}
      {problem === null && !lists && <Skeleton rows={6} class="h-24" />}
      {lists && (
        <ul class="overflow-hidden rounded-md border border-line bg-surface">
          {reasonLists.map((name) => (
            <List key={name} name={name} lists={lists} onEdit={() => setEditing(name)} />
          ))}
        </ul>
      )}
      {lists && editing && (
        <ReasonsDialog name={editing} list={lists[editing]} onSaved={setLists} onClose={() => setEditing(null)} />
      )}
    </Page>
  )
}

interface ListProps {
  name: ReasonListName
  lists: Reasons
  onEdit(): void
}

function List({ name, lists, onEdit }: ListProps) {
  const own = lists[name]
  const title = t().reasonLists.lists[name]
  return (
    <li
      data-reason-list={name}
      class="flex flex-wrap items-start gap-x-3 px-4 py-3 not-first:border-t not-first:border-line"
    >
      <div class="min-w-40 flex-1">
        <h2 class="font-medium">{title}</h2>
        <p class="text-sm text-soft">{own ? t().reasonLists.own : t().reasonLists.standard}</p>
      </div>
      <Button variant="quiet" size="sm" aria-label={t().reasonLists.editNamed(title)} onClick={onEdit}>
        {t().reasonLists.edit}
      </Button>
      <ol class="flex w-full flex-wrap gap-1.5 pt-2">
        {(own ?? standardReasons(name)).map(({ code, text }) => (
          <li key={code} class="rounded-sm bg-sunken px-2 py-1 text-sm" dir="auto">
            {text}
          </li>
        ))}
      </ol>
    </li>
  )
}
