import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { columns } from '../../components/page.tsx'
import { useVendor } from './context.ts'

/** While the vendor is on the way: whether the customer sees where they are, and a button that ends or begins it. */
export function SharingLine() {
  const { sharing } = useVendor()
  const state = sharing.state.value
  if (!state) return null
  const isOn = state === 'waiting' || state === 'shared' || state === 'unsent'
  const isAsked = state === 'ask'
  const hasProblem = state === 'denied' || state === 'unavailable'
  return (
    <section
      aria-label={t().sharing.title}
      data-sharing={state}
      class={`border-b border-line print:hidden ${isOn ? 'bg-on-the-way-soft' : 'bg-sunken'}`}
    >
      <div class={`mx-auto flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-1 text-sm ${columns.vendor}`}>
        <span
          class={`size-4 shrink-0 ${isOn ? 'icon-[lucide--navigation] text-on-the-way' : 'icon-[lucide--navigation-off] text-soft'}`}
          aria-hidden="true"
        />
        <p role="status" class="min-w-40 flex-1 py-2">
          {t().sharing[state]}
        </p>
        <div class="flex gap-1">
          {isAsked && (
            <Button variant="quiet" class="min-h-11" onClick={() => sharing.choose('off')}>
              {t().sharing.notNow}
            </Button>
          )}
          {hasProblem && (
            <Button variant="quiet" class="min-h-11" onClick={sharing.retry}>
              {t().common.retry}
            </Button>
          )}
          {isOn || hasProblem ? (
            <Button class="min-h-11" onClick={() => sharing.choose('off')}>
              {t().sharing.stop}
            </Button>
          ) : (
            <Button variant={isAsked ? 'primary' : undefined} class="min-h-11" onClick={() => sharing.choose('on')}>
              {t().sharing.share}
            </Button>
          )}
        </div>
      </div>
    </section>
  )
}
