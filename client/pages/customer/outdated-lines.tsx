import { useState } from 'preact/hooks'
import lazy from 'preact-iso/lazy'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { loadChunk } from '../../models/ui/load-chunk.ts'
import type { OutdatedLine } from '../../models/customer/cart.ts'
import { useCustomer } from './context.ts'
import { useCheckout } from './use-checkout.ts'

const OptionsDialog = lazy(() => loadChunk(() => import('./options-dialog.tsx')))

/** What was chosen with options that the service no longer has: they are chosen again, or the line is removed. */
export function Outdated() {
  const { cart } = useCustomer()
  const checkout = useCheckout()
  const [editing, setEditing] = useState<OutdatedLine | null>(null)
  const lines = cart.outdated.value
  if (lines.length === 0) return null
  return (
    <>
      <div role="status" class="mb-5 rounded-md bg-danger-soft p-1 ps-3 text-sm text-danger">
        <ul class="grid gap-1">
          {lines.map((line) => (
            <li key={line.key} class="flex flex-wrap items-center gap-x-3">
              <span class="icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
              <span class="min-w-40 flex-1 py-2">
                <RichText
                  text={
                    line.gone.length > 0 ? t().serviceOptions.gone(line.gone.join(', ')) : t().serviceOptions.incomplete
                  }
                  parts={{ name: <bdi>{line.service.name}</bdi> }}
                />
              </span>
              <Button size="sm" class="my-1 min-h-11 text-ink" onClick={() => setEditing(line)}>
                {t().serviceOptions.chooseAgain}
              </Button>
              <Button size="sm" class="my-1 min-h-11 text-ink" onClick={() => checkout.drop(line.key)}>
                {t().components.remove(line.service.name)}
              </Button>
            </li>
          ))}
        </ul>
      </div>
      {editing && (
        <OptionsDialog
          service={editing.service}
          chosen={editing.choices}
          change
          onChoose={(choices) => checkout.chooseAgain(editing.key, choices)}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  )
}
