import { useEffect, useRef } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { useAdmin } from './context.ts'

/** Searches by number, customer, vendor or service. The key "/" focuses it. It searches 250 ms after the last input. */
export function SearchBox() {
  const { board, vendors } = useAdmin()
  const input = useRef<HTMLInputElement>(null)
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || isTyping(event.target)) return
      event.preventDefault()
      input.current?.focus()
    }
    addEventListener('keydown', focus)
    return () => removeEventListener('keydown', focus)
  }, [])

  const submitSearch = (search: string) => {
    clearTimeout(pause.current)
    if (search.trim() !== board.search.peek()) board.show({ search })
  }

  const vendor = vendors.all.value?.find(({ id }) => id === board.vendorId.value)
  return (
    <search class="mb-3 flex flex-wrap items-center gap-3">
      <div class="relative min-w-48 flex-1">
        <span
          class="pointer-events-none absolute start-3 top-1/2 icon-[lucide--search] size-4 -translate-y-1/2 text-soft"
          aria-hidden="true"
        />
        <input
          ref={input}
          type="search"
          aria-label={t().admin.search}
          placeholder={t().admin.searchFields}
          aria-keyshortcuts="/"
          dir="auto"
          maxLength={100}
          onInput={({ currentTarget: { value } }) => {
            clearTimeout(pause.current)
            pause.current = setTimeout(() => submitSearch(value), 250)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') submitSearch(event.currentTarget.value)
            if (event.key !== 'Escape') return
            event.currentTarget.value = ''
            submitSearch('')
            event.currentTarget.blur()
          }}
          class="hit w-full rounded-sm border border-edge/60 bg-surface ps-10 pe-3 text-sm hover:border-edge"
        />
      </div>
      {vendor && (
        <button
          type="button"
          onClick={() => board.show({ vendorId: null })}
          class="flex min-h-9 max-w-full items-center gap-2 rounded-sm bg-accent-soft px-3 text-sm text-accent"
        >
          <span class="min-w-0" dir="auto">
            {vendor.name}
          </span>
          <span class="icon-[lucide--x] size-4 shrink-0" aria-hidden="true" />
          <span class="sr-only">{t().admin.showAllVendors}</span>
        </button>
      )}
    </search>
  )
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
