import { useComputed } from '@preact/signals'
import { t } from '../i18n/index.ts'
import { useWorkspace } from './workspace-context.ts'

/** How many messages of the order are unread; nothing when there is none. */
export const UnreadBadge = ({ orderId }: { orderId: string }) => <Badge key={orderId} orderId={orderId} />

function Badge({ orderId }: { orderId: string }) {
  const { messages } = useWorkspace()
  const unread = useComputed(() => messages.unread.value.get(orderId) ?? 0).value
  if (unread === 0) return null
  return (
    <span
      data-unread={unread}
      class="inline-flex shrink-0 items-center gap-1 rounded-full bg-accent px-2 py-0.5 text-xs font-semibold whitespace-nowrap text-on-accent"
    >
      <span class="icon-[lucide--message-square-text] size-4" aria-hidden="true" />
      <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
      <span class="sr-only">{t().messages.unread(unread)}</span>
    </span>
  )
}
