import { useEffect, useRef, useState } from 'preact/hooks'

interface Options {
  rows: readonly string[]
  selected: string | null
  onSelect(id: string | null): void
}

/**
 * Keyboard navigation through rows, except while the focus is in a field or a dialog. One row is tabbable (roving
 * tabindex). `body` is the ref of the element whose children are the rows.
 */
export function useRowKeys({ rows, selected, onSelect }: Options) {
  const body = useRef<HTMLTableSectionElement>(null)
  const [at, setAt] = useState<string | null>(null)
  const current = [at, selected, rows[0]].find((id) => typeof id === 'string' && rows.includes(id)) ?? null

  useEffect(() => {
    const focusRow = (id: string | undefined) => {
      if (id === undefined) return
      setAt(id)
      body.current?.querySelector<HTMLElement>(`[data-order-id="${CSS.escape(id)}"]`)?.focus()
    }

    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event.target)) return
      const inside = body.current?.contains(document.activeElement) ?? false
      const index = current === null ? -1 : rows.indexOf(current)
      switch (event.key) {
        case 'j':
        case 'ArrowDown':
          focusRow(inside ? rows[Math.min(index + 1, rows.length - 1)] : (current ?? undefined))
          break
        case 'k':
        case 'ArrowUp':
          focusRow(inside ? rows[Math.max(index - 1, 0)] : (current ?? undefined))
          break
        case 'Home':
          focusRow(rows[0])
          break
        case 'End':
          focusRow(rows.at(-1))
          break
        case 'Enter':
          if (!inside || !current) return
          onSelect(current)
          break
        case 'Escape':
          if (!selected) return
          onSelect(null)
          focusRow(selected)
          break
        default:
          return
      }
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [rows, current, selected, onSelect])

  return { current, body }
}

/** Whether the key event belongs to a field, a dialog or a menu. */
export function isElsewhere(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, dialog, [popover]') !== null
}
