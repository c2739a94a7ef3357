import { useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { IconButton } from '../../components/button.tsx'
import { moved, type ReasonDraft } from '../../models/admin/reason-drafts.ts'

interface Props {
  drafts: readonly ReasonDraft[]
  onChange(drafts: readonly ReasonDraft[]): void
}

/** The reasons of a list as rows, which are moved by buttons or by Alt and the arrow keys. A new row has the focus. */
export function ReasonRows({ drafts, onChange }: Props) {
  const list = useRef<HTMLOListElement>(null)
  const shown = useRef(drafts.length)
  useLayoutEffect(() => {
    if (drafts.length > shown.current) list.current?.querySelector<HTMLElement>('li:last-child input')?.focus()
    shown.current = drafts.length
  }, [drafts.length])
  return (
    <ol ref={list} class="grid gap-3">
      {drafts.map((draft, index) => (
        <Row
          key={draft.key}
          draft={draft}
          place={index + 1}
          count={drafts.length}
          onChange={(next) => onChange(drafts.with(index, next))}
          onMove={(by) => onChange(moved(drafts, index, by))}
          onRemove={() => onChange(drafts.filter((one) => one !== draft))}
        />
      ))}
    </ol>
  )
}

interface RowProps {
  draft: ReasonDraft
  place: number
  count: number
  onChange(draft: ReasonDraft): void
  onMove(by: 1 | -1): void
  onRemove(): void
}

const box = 'hit w-full rounded-sm border border-edge/70 bg-surface px-3 transition-colors hover:border-edge'

function Row({ draft, place, count, onChange, onMove, onRemove }: RowProps) {
  const { text, code } = draft
  const name = text || t().reasonLists.reason(place)
  function press(event: KeyboardEvent) {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null
    if (!event.altKey || by === null) return
    event.preventDefault()
    onMove(by)
    const field = event.currentTarget
    // Where the row is moved in the document, it loses the focus.
    requestAnimationFrame(() => field instanceof HTMLElement && field.focus())
  }
  return (
    <li class="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-1 gap-y-1.5 border-t border-line pt-3 first:border-0 first:pt-0">
      <input
        aria-label={t().reasonLists.reason(place)}
        dir="auto"
        maxLength={200}
        value={text}
        onKeyDown={press}
        onInput={({ currentTarget }) => onChange({ ...draft, text: currentTarget.value })}
        class={`${box} col-span-2 text-base`}
      />
      <input
        aria-label={t().reasonLists.code(place)}
        dir="ltr"
        maxLength={40}
        placeholder={t().reasonLists.code(place)}
        autocapitalize="off"
        spellcheck={false}
        value={code}
        onKeyDown={press}
        onInput={({ currentTarget }) => onChange({ ...draft, code: currentTarget.value })}
        class={`${box} font-mono text-sm`}
      />
      <span class="-me-2 flex">
        <IconButton
          icon="icon-[lucide--arrow-up]"
          label={t().reasonLists.up(name)}
          aria-disabled={place === 1}
          class="aria-disabled:opacity-40"
          onClick={(event) => {
            const button = event.currentTarget
            onMove(-1)
            requestAnimationFrame(() => button.focus())
          }}
        />
        <IconButton
          icon="icon-[lucide--arrow-down]"
          label={t().reasonLists.down(name)}
          aria-disabled={place === count}
          class="aria-disabled:opacity-40"
          onClick={(event) => {
            const button = event.currentTarget
            onMove(1)
            requestAnimationFrame(() => button.focus())
          }}
        />
        <IconButton
          icon="icon-[lucide--x]"
          label={t().components.remove(name)}
          aria-disabled={count === 1}
          class="aria-disabled:opacity-40"
          onClick={() => count > 1 && onRemove()}
        />
      </span>
    </li>
  )
}
