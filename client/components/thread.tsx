import { useEffect, useRef, useState } from 'preact/hooks'
import type { Message } from '#shared/messages.ts'
import { topics } from '#shared/topics.ts'
import { t } from '../i18n/index.ts'
import type { OutgoingMessage } from '../models/messages/offline-messages.ts'
import { now } from '../models/sync/clock.ts'
import { Button } from './button.tsx'
import { HeldImage } from './file-image.tsx'
import { Failed, Skeleton } from './list-states.tsx'
import { LoadOlder } from './load-older.tsx'
import { draftOf, MessageForm } from './message-form.tsx'
import { PictureGrid, tile } from './picture-grid.tsx'
import { RichText } from './rich-text.tsx'
import { ClockTime } from './time.tsx'
import { useWorkspace } from './workspace-context.ts'

/** The messages of one order, read while they are on the screen, and the form to write one. */
export default function Thread({ orderId }: { orderId: string }) {
  const { me, live, messages, held } = useWorkspace()
  const [{ thread, close }] = useState(() => messages.open(orderId))
  const [drafts, setDrafts] = useState(0)
  async function writeAgain({ id, text, files = [] }: OutgoingMessage) {
    held.draftsOf(`message.${orderId}`).value = await held.draftsAgain(files)
    draftOf(me.id, orderId).write('text', text)
    setDrafts(drafts + 1)
    messages.dismiss(id)
  }
  useEffect(() => close, [close])
  useEffect(
    // The pages of vendors and admins are subscribed to the messages of all orders.
    () => (me.role === 'customer' ? live.follow(topics.orderMessages(orderId), () => void thread.load()) : undefined),
    [live, me.role, orderId, thread],
  )
  const list = thread.list.value
  const outgoing = messages.outgoing.value.filter((one) => one.orderId === orderId)
  const newest = outgoing.at(-1)?.id ?? list.at(-1)?.id
  useEffect(() => {
    const read = () => void (document.hidden || thread.markRead())
    read()
    document.addEventListener('visibilitychange', read)
    return () => document.removeEventListener('visibilitychange', read)
  }, [newest, thread])
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [newest])

  if (thread.state.value === 'loading') return <Skeleton rows={1} />
  if (thread.state.value === 'failed')
    return <Failed message={thread.error.value ?? ''} onRetry={() => void thread.load()} />
  const closesAt = thread.closesAt.value
  const isClosed = closesAt !== null && Date.parse(closesAt) <= now.value
  return (
    <div class="grid gap-3 border-t border-line p-4">
      <div
        ref={box}
        role="log"
        aria-label={t().messages.title}
        // A region that scrolls is reached by keyboard.
        tabIndex={0}
        class="grid max-h-80 gap-3 overflow-y-auto"
      >
        <LoadOlder feed={thread} />
        {list.length + outgoing.length === 0 && <p class="text-sm text-soft">{t().messages.empty[me.role]}</p>}
        {list.map((message) => (
          <Bubble key={message.id} message={message} />
        ))}
        {outgoing.map((message) => (
          <OutgoingBubble key={message.id} message={message} onAgain={() => void writeAgain(message)} />
        ))}
      </div>
      {isClosed ? (
        <p class="text-sm text-soft">{t().messages.closed}</p>
      ) : (
        <MessageForm key={drafts} orderId={orderId} />
      )}
    </div>
  )
}

const bubble = 'grid max-w-80 gap-1 rounded-md px-3 py-2 text-sm'
const sides = { own: 'ms-auto bg-accent-soft', other: 'justify-self-start bg-sunken' }
const note = 'border border-dashed border-edge'

function Bubble({ message: { id, by, text, internal, files = [], at } }: { message: Message }) {
  const isOwn = by.id === useWorkspace().me.id
  return (
    <article
      data-message={id}
      data-internal={internal}
      class={`${bubble} ${isOwn ? sides.own : sides.other} ${internal ? note : ''}`}
    >
      <p class="flex flex-wrap items-baseline justify-between gap-x-4 text-xs text-soft">
        <bdi class="font-medium">{isOwn ? t().messages.you : by.name}</bdi>
        <ClockTime at={at} />
      </p>
      {internal && <InternalLabel />}
      {text && <Text text={text} />}
      {files.length > 0 && (
        <PictureGrid pictures={files.map((file) => ({ id: file.id, label: t().files.inMessage(by.name), at }))} />
      )}
    </article>
  )
}

function OutgoingBubble({ message, onAgain }: { message: OutgoingMessage; onAgain(): void }) {
  const { id, text, internal, files = [], late, refused } = message
  return (
    <article data-outgoing={id} class={`${bubble} ${sides.own} ${internal ? note : ''}`}>
      {internal && <InternalLabel />}
      {text && <Text text={text} />}
      {files.length > 0 && (
        <div class="flex flex-wrap gap-2">
          {files.map((file, index) => (
            <HeldImage key={file.id} id={file.id} alt={t().files.photo(index + 1)} class={tile} />
          ))}
        </div>
      )}
      {refused === undefined ? (
        <p role="status" class="flex items-center gap-1.5 text-xs text-soft">
          <span class="icon-[lucide--cloud-upload] size-4" aria-hidden="true" />
          {late ? t().messages.waits : t().messages.sending}
        </p>
      ) : (
        <div role="alert" class="grid gap-2 text-xs text-danger">
          <p>
            <RichText text={t().messages.refused} parts={{ reason: refused }} />
          </p>
          <Button size="sm" onClick={onAgain}>
            {t().messages.writeAgain}
          </Button>
        </div>
      )}
    </article>
  )
}

const InternalLabel = () => (
  <p class="flex items-center gap-1.5 text-xs font-medium text-soft">
    <span class="icon-[lucide--eye-off] size-4" aria-hidden="true" />
    {t().messages.internal}
  </p>
)

const Text = ({ text }: { text: string }) => (
  <p class="text-start wrap-anywhere whitespace-pre-line" dir="auto">
    {text}
  </p>
)
