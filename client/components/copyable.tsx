import { t } from '../i18n/index.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'

/** A text for programs, with a button that copies it. */
export function Copyable({ text, label }: { text: string; label: string }) {
  async function copy() {
    try {
      await navigator.clipboard.writeText(text)
      showNotice(t().devices.copied)
    } catch {
      showNotice(t().devices.copyFailed, 'problem')
    }
  }
  return (
    <div class="flex flex-wrap items-start justify-end gap-2 rounded-sm border border-line bg-surface p-2 ps-3">
      <code class="min-w-[min(100%,10rem)] flex-1 self-center text-sm break-all select-all">{text}</code>
      <Button size="sm" icon="icon-[lucide--copy]" aria-label={label} onClick={() => void copy()}>
        {t().devices.copy}
      </Button>
    </div>
  )
}
