import { useEffect, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { isElsewhere } from './use-row-keys.ts'
import { NewOrderDialog } from './new-order.tsx'

/** Opens the panel for a caller's order; so does the key "n". */
export function NewOrderButton({ onPlaced }: { onPlaced(id: string): void }) {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'n' || event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event.target)) return
      event.preventDefault()
      setOpen(true)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <Button icon="icon-[lucide--plus]" aria-keyshortcuts="n" class="mb-3 min-h-11" onClick={() => setOpen(true)}>
        {t().newOrder.open}
      </Button>
      {open && <NewOrderDialog onClose={() => setOpen(false)} onPlaced={onPlaced} />}
    </>
  )
}
