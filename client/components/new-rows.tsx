import { t } from '../i18n/index.ts'
import type { StableList } from '../models/ui/stable-list.ts'

/** "3 new": what came while the list was held still. */
export function NewRows({ list }: { list: StableList }) {
  const waiting = list.waiting.value
  return (
    <div role="status" class="pointer-events-none sticky top-28 z-5 grid h-0 justify-items-center sm:top-16">
      {waiting > 0 && (
        <button
          type="button"
          onClick={() => {
            list.settle()
            scrollTo({ top: 0, behavior: 'smooth' })
          }}
          class="hit pointer-events-auto flex animate-appear items-center gap-2 self-start rounded-full bg-accent px-5 text-sm font-semibold text-on-accent shadow-float hover:bg-accent-strong"
        >
          <span class="icon-[lucide--arrow-up] size-4" aria-hidden="true" />
          {t().components.newRows(waiting)}
        </button>
      )}
    </div>
  )
}
