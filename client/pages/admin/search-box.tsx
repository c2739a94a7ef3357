import { useEffect, useRef } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { useAdmin } from './context.ts'
import { useDesk } from './use-desk.ts'

/**
 * Searches by number, customer, phone, address, vendor or service, 250 ms after the last input. The key "/" focuses it.
 */
export function SearchBox() {
  const { vendors } = useAdmin()
  const { state, show } = useDesk()
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
  // After the desk is left, the search is not sent: it would come back to the desk.
  useEffect(() => () => clearTimeout(pause.current), [])

  /** Whether the box has searched since it was focused. Back then undoes the whole search, not its last letters. */
  const searched = useRef(false)
  const submitSearch = (text: string) => {
    clearTimeout(pause.current)
    pause.current = undefined
    const search = text.trim()
    if (search === state.search) return
    show({ search }, searched.current)
    searched.current = true
  }
  // A timer calls the function of the latest render, with the latest filters.
  const latestSubmit = useRef(submitSearch)
  latestSubmit.current = submitSearch

  // Back and "Show all orders" change the search from outside; what is being typed is newer than the address.
  useEffect(() => {
    if (input.current && pause.current === undefined && input.current.value.trim() !== state.search)
      input.current.value = state.search
  }, [state.search])

  const vendor = vendors.all.value?.find(({ id }) => id === state.vendorId)
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
          onFocus={() => (searched.current = false)}
          onInput={({ currentTarget: { value } }) => {
            clearTimeout(pause.current)
            pause.current = setTimeout(() => latestSubmit.current(value), 250)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') submitSearch(event.currentTarget.value)
            if (event.key !== 'Escape') return
            event.currentTarget.value = ''
            submitSearch('')
            event.currentTarget.blur()
          }}
          class="hit w-full rounded-sm border border-edge/60 bg-surface ps-10 pe-3 text-sm text-ellipsis hover:border-edge"
        />
      </div>
      {state.vendorId && (
        <button
          type="button"
          onClick={() => show({ vendorId: null })}
          class="flex min-h-9 max-w-full items-center gap-2 rounded-sm bg-accent-soft px-3 text-sm text-accent"
        >
          <span class="min-w-0" dir="auto">
            {vendor?.name ?? t().common.vendor}
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
