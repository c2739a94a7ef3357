import { useEffect, useState } from 'preact/hooks'
import { MessageText } from '#shared/notification-preferences.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Failed, Skeleton } from '../../components/list-states.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { showNotice } from '../../models/ui/notices.ts'

/** Opens the text of the newest message to the customer, to copy it into an e-mail or a chat. */
export function MessageTextButton({ orderId }: { orderId: string }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="sm" icon="icon-[lucide--message-square-text]" onClick={() => setOpen(true)}>
        {t().messageText.open}
      </Button>
      {open && (
        <Dialog title={t().messageText.title} onClose={() => setOpen(false)}>
          <Content orderId={orderId} />
        </Dialog>
      )}
    </>
  )
}

function Content({ orderId }: { orderId: string }) {
  const { api } = useWorkspace()
  const [message, setMessage] = useState<MessageText | null>(null)
  const [problem, setProblem] = useState<unknown>(null)
  const load = () => {
    setProblem(null)
    api
      .get(`/notifications/preview?orderId=${encodeURIComponent(orderId)}`, MessageText)
      .then(setMessage, (error: unknown) => setProblem(error))
  }
  useEffect(load, [api, orderId])
  if (problem !== null) return <Failed message={messageOf(problem)} onRetry={load} />
  if (!message) return <Skeleton rows={1} class="h-48" />
  const { to, subject, text, language } = message
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => showNotice(t().devices.copied),
      () => showNotice(t().devices.copyFailed, 'problem'),
    )
  return (
    <>
      <p class="text-sm text-soft">
        <bdi>{to.name}</bdi> · {to.email && <a href={`mailto:${to.email}`}>{to.email}</a>} {to.email && '· '}
        <a href={`tel:${to.phone}`}>{to.phone}</a>
      </p>
      <p class="font-medium" lang={language} dir="auto">
        {subject}
      </p>
      <p
        lang={language}
        dir="auto"
        class="max-h-[45vh] overflow-y-auto rounded-sm border border-line p-3 text-sm whitespace-pre-line select-all"
        tabIndex={0}
      >
        {text}
      </p>
      <Button variant="primary" icon="icon-[lucide--copy]" onClick={() => void copy()}>
        {t().messageText.copy}
      </Button>
    </>
  )
}
