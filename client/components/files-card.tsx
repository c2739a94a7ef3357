import { mostFiles, type OrderFile } from '#shared/files.ts'
import { statusEntries } from '#shared/order-history.ts'
import { isFinal } from '#shared/order-status.ts'
import type { Order } from '#shared/orders.ts'
import { t } from '../i18n/index.ts'
import type { HeldFile } from '../models/files/held-files.ts'
import { draftOfFile } from '../models/files/scale-down.ts'
import type { Upload } from '../models/files/uploads.ts'
import { messageOf } from '../models/session/api-error.ts'
import { now } from '../models/sync/clock.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button, Spinner } from './button.tsx'
import { HeldImage } from './file-image.tsx'
import { useMay } from './may-context.ts'
import { PictureGrid, tile, type ShownPicture } from './picture-grid.tsx'
import { RichText } from './rich-text.tsx'
import { useOrderActions } from './use-order-actions.ts'
import { useWorkspace } from './workspace-context.ts'

/** As long as the server takes them, in ms after the end of the order. */
const openAfterEnd = 24 * 3_600_000

function takesFiles({ status, history }: Order, at: number): boolean {
  const last = statusEntries(history).at(-1)
  return !isFinal(status) || !last || Date.parse(last.recordedAt ?? last.at) + openAfterEnd > at
}

const shown = ({ id, kind, by, at }: OrderFile): ShownPicture => ({
  id,
  label: t().files.by(t().files.kinds[kind], by.name),
  at,
})

/** The pictures of an order, those that wait to be sent, and a button for more. */
export default function FilesCard({ order }: { order: Order }) {
  const { me, api, uploads } = useWorkspace()
  const actions = useOrderActions()
  const may = useMay()
  const files = order.files ?? []
  const known = new Set(files.map(({ id }) => id))
  const own = uploads.items.value.filter((one) => one.orderId === order.id && !known.has(one.id))
  const ofChanges = actions.pending.value
    .filter((change) => change.orderId === order.id && change.late)
    .flatMap((change) => change.files ?? [])
    .filter(({ id }) => !known.has(id))
  const refused = own.filter((one) => one.refused !== undefined)
  const count = files.length + own.length + ofChanges.length
  const mayAdd = may.change && count < mostFiles && takesFiles(order, now.value)
  if (count === 0) return mayAdd ? <AddPhotos order={order} room={mostFiles} /> : null
  return (
    <section data-files aria-labelledby="files" class="grid gap-3 rounded-md border border-line bg-surface p-4">
      <h2 id="files" class="text-sm font-semibold">
        {t().files.title}
      </h2>
      <PictureGrid
        pictures={files.map(shown)}
        onDelete={
          me.role === 'admin'
            ? async (id) => {
                await api.remove(`/files/${encodeURIComponent(id)}`)
                showNotice(t().files.deleted)
              }
            : undefined
        }
      >
        {ofChanges.map((file) => (
          <Waiting key={file.id} file={file} late />
        ))}
        {own
          .filter((one) => one.refused === undefined)
          .map((file) => (
            <Waiting key={file.id} file={file} late={file.late} />
          ))}
      </PictureGrid>
      {refused.map((file) => (
        <Refused key={file.id} upload={file} />
      ))}
      {mayAdd && <AddPhotos order={order} room={mostFiles - count} />}
    </section>
  )
}

function Waiting({ file: { id, kind }, late }: { file: HeldFile; late?: boolean }) {
  const text = late ? t().messages.waits : t().messages.sending
  return (
    <li data-waiting={id} class="relative" title={text}>
      <HeldImage id={id} alt={t().files.kinds[kind === 'signature' ? kind : 'photo']} class={`opacity-50 ${tile}`} />
      <span role="status" class="absolute inset-0 grid place-items-center">
        {late ? <span class="icon-[lucide--cloud-upload] size-6" aria-hidden="true" /> : <Spinner />}
        <span class="sr-only">{text}</span>
      </span>
    </li>
  )
}

function Refused({ upload: { id, refused } }: { upload: Upload }) {
  const { uploads } = useWorkspace()
  return (
    <div role="alert" class="flex flex-wrap items-center gap-3 text-sm text-danger">
      <HeldImage id={id} alt={t().files.kinds.photo} class={tile} />
      <p class="min-w-0 flex-1">
        <RichText text={t().messages.refused} parts={{ reason: refused }} />
      </p>
      <Button size="sm" onClick={() => uploads.remove(id)}>
        {t().files.discard}
      </Button>
    </div>
  )
}

function AddPhotos({ order, room }: { order: Order; room: number }) {
  const { uploads } = useWorkspace()
  async function add(files: readonly File[]) {
    for (const file of files.slice(0, room)) {
      try {
        uploads.add(order.id, [await draftOfFile(file, 'photo')])
      } catch (error) {
        showNotice(messageOf(error), 'problem')
      }
    }
  }
  return (
    <label class="hit inline-flex min-h-11 cursor-pointer items-center gap-2 justify-self-start rounded-sm px-2 text-sm font-medium text-accent hover:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-accent print:hidden">
      <span class="icon-[lucide--image-plus] size-4" aria-hidden="true" />
      {t().files.add}
      <input
        type="file"
        accept="image/*"
        multiple
        class="sr-only"
        onChange={({ currentTarget }) => {
          void add([...(currentTarget.files ?? [])])
          currentTarget.value = ''
        }}
      />
    </label>
  )
}
