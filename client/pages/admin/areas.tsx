import { useEffect, useState } from 'preact/hooks'
import lazy from 'preact-iso/lazy'
import type { Area } from '#shared/areas.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { Page } from '../../components/page.tsx'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createAreas, type Areas } from '../../models/admin/areas.ts'
import { loadChunk } from '../../models/ui/load-chunk.ts'
import { SettingsNav } from './settings-nav.tsx'

const AreaDialog = lazy(() => loadChunk(() => import('./area-dialog.tsx')))

/** The areas in which only some of the vendors work. */
export default function AreasPage() {
  useTitle(t().dispatch.areas)
  const { api } = useWorkspace()
  const [model] = useState(() => createAreas(api))
  const [editing, setEditing] = useState<Area | 'new' | null>(null)
  useEffect(() => void model.load(), [model])
  useRetryWhenBack(model.error.value !== null, () => void model.load())

  return (
    <Page width="vendor">
      <SettingsNav />
      <div class="mb-2 flex flex-wrap items-center gap-3">
        <h1 class="me-auto text-lg font-semibold">{t().dispatch.areas}</h1>
        <Button variant="primary" icon="icon-[lucide--plus]" onClick={() => setEditing('new')}>
          {t().dispatch.addArea}
        </Button>
      </div>
      <p class="mb-6 text-sm text-pretty text-soft">{t().dispatch.areasHelp}</p>
      <List areas={model} onEdit={setEditing} />
      {editing && (
        <AreaDialog areas={model} area={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      )}
    </Page>
  )
}

function List({ areas, onEdit }: { areas: Areas; onEdit(area: Area): void }) {
  if (areas.error.value) return <Failed message={areas.error.value} onRetry={() => void areas.load()} />
  if (!areas.all.value) return <Skeleton rows={3} class="h-16" />
  if (areas.all.value.length === 0) {
    return (
      <Empty icon="icon-[lucide--map-pinned]" title={t().dispatch.areasEmpty}>
        {t().dispatch.areasEmptyHelp}
      </Empty>
    )
  }
  return (
    <ul class="overflow-hidden rounded-md border border-line bg-surface">
      {areas.all.value.map((area) => (
        <li key={area.id} class="not-first:border-t not-first:border-line">
          <button
            type="button"
            onClick={() => onEdit(area)}
            class="grid w-full gap-1 px-4 py-3 text-start transition-colors hover:bg-sunken focus-visible:-outline-offset-2"
          >
            <span class="font-medium" dir="auto">
              <span class="sr-only">{t().admin.edit(area.name)}</span>
              <span aria-hidden="true">{area.name}</span>
            </span>
            <Extent area={area} />
          </button>
        </li>
      ))}
    </ul>
  )
}

/** Its postcodes and the size of its boundary; nothing for a name alone. */
function Extent({ area: { postcodes, polygon } }: { area: Area }) {
  const facts = [postcodes?.join(', '), polygon && t().dispatch.points(polygon.length)]
  return <span class="line-clamp-2 text-sm text-soft empty:hidden">{facts.filter(Boolean).join(' · ')}</span>
}
