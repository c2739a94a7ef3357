import { useId, useRef, useState } from 'preact/hooks'
import { mostFilesOfMessage } from '#shared/files.ts'
import { longestMessage } from '#shared/messages.ts'
import { t } from '../i18n/index.ts'
import { draftOfFile } from '../models/files/scale-down.ts'
import { messageOf } from '../models/session/api-error.ts'
import { createDraft } from '../models/ui/drafts.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'
import { BlobImage } from './file-image.tsx'
import { badge } from './photo-field.tsx'
import { tile } from './picture-grid.tsx'
import { Segmented } from './segmented.tsx'
import { useWorkspace } from './workspace-context.ts'

/** What was typed about an order and not sent. */
export const draftOf = (userId: string, orderId: string) => createDraft(`message.${userId}.${orderId}`)

/** Writes a message, or an internal note. What was typed outlives a reload. */
export function MessageForm({ orderId }: { orderId: string }) {
  const { me, messages, held } = useWorkspace()
  const [draft] = useState(() => draftOf(me.id, orderId))
  const [text, setText] = useState(() => {
    const typed = draft.read().text
    return typeof typed === 'string' ? typed : ''
  })
  const [internal, setInternal] = useState(() => draft.read().internal === 'true')
  const pictures = held.draftsOf(`message.${orderId}`)
  const area = useRef<HTMLTextAreaElement>(null)
  const id = useId()

  function change(next: string) {
    setText(next)
    draft.write('text', next)
  }
  function changeInternal(next: boolean) {
    setInternal(next)
    draft.write('internal', String(next))
  }
  function suggest(suggestion: string) {
    change(text.trim() === '' ? suggestion : `${text.trimEnd()} ${suggestion}`)
    area.current?.focus()
  }
  async function attach(files: readonly File[]) {
    for (const file of files) {
      if (pictures.peek().length >= mostFilesOfMessage) return
      try {
        pictures.value = [...pictures.peek(), await draftOfFile(file, 'message')]
      } catch (error) {
        showNotice(messageOf(error), 'problem')
      }
    }
  }
  function send() {
    if (text.trim() === '' && pictures.value.length === 0) return area.current?.focus()
    messages.send(orderId, text.trim(), internal, pictures.value)
    change('')
    pictures.value = []
    draft.clear()
    area.current?.focus()
  }

  return (
    <form
      class="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {me.role !== 'customer' && (
        <Segmented
          label={t().messages.to}
          value={internal ? 'staff' : 'all'}
          options={[
            { value: 'all', label: t().messages.toAll },
            { value: 'staff', label: t().messages.toStaff, icon: 'icon-[lucide--eye-off]' },
          ]}
          onChange={(value) => changeInternal(value === 'staff')}
        />
      )}
      {!internal && (
        <div role="group" aria-label={t().messages.suggestions} class="flex flex-wrap gap-2">
          {Object.values(t().messages.canned[me.role]).map((suggestion) => (
            <button
              key={suggestion}
              type="button"
              onClick={() => suggest(suggestion)}
              class="hit rounded-full border border-edge/60 px-3 py-1 text-xs hover:border-edge hover:bg-sunken"
            >
              {suggestion}
            </button>
          ))}
        </div>
      )}
      {pictures.value.length > 0 && (
        <ul class="flex flex-wrap gap-2">
          {pictures.value.map((picture, index) => (
            <li key={picture.id} data-draft={picture.id} class="relative">
              <BlobImage blob={picture.blob} alt={t().files.photo(index + 1)} class={tile} />
              <button
                type="button"
                aria-label={t().files.remove(index + 1)}
                onClick={() => (pictures.value = pictures.value.filter((one) => one !== picture))}
                class={`text-soft hover:text-ink ${badge}`}
              >
                <span class="icon-[lucide--x] size-4" aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="flex items-end gap-2">
        <div class="grid min-w-0 flex-1 gap-1.5">
          <label for={id} class="text-sm font-medium">
            {internal ? t().messages.yourNote : t().messages.yourMessage}
          </label>
          <textarea
            ref={area}
            id={id}
            dir="auto"
            rows={2}
            maxLength={longestMessage}
            value={text}
            onInput={(event) => change(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
              event.preventDefault()
              send()
            }}
            onPaste={(event) => {
              const files = [...(event.clipboardData?.files ?? [])]
              if (files.length === 0) return
              event.preventDefault()
              void attach(files)
            }}
            class="field-sizing-content max-h-48 min-h-14 w-full rounded-sm border border-edge/70 bg-surface px-3 py-2 text-base transition-colors hover:border-edge focus-visible:outline-offset-0"
          />
        </div>
        <label
          title={t().files.attach}
          class="grid size-11 shrink-0 cursor-pointer place-items-center rounded-sm text-soft transition-colors hover:bg-sunken hover:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <span class="icon-[lucide--image-plus] size-5" aria-hidden="true" />
          <input
            type="file"
            accept="image/*"
            multiple
            aria-label={t().files.attach}
            class="sr-only"
            onChange={({ currentTarget }) => {
              void attach([...(currentTarget.files ?? [])])
              currentTarget.value = ''
            }}
          />
        </label>
        <Button type="submit" variant="primary" icon="icon-[lucide--send]" class="min-h-11">
          {t().messages.send}
        </Button>
      </div>
    </form>
  )
}
