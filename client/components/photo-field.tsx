import type { Signal } from '@preact/signals'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import type { FileDraft } from '../models/files/held-files.ts'
import { draftOfFile } from '../models/files/scale-down.ts'
import { messageOf } from '../models/session/api-error.ts'
import { Spinner } from './button.tsx'
import { BlobImage } from './file-image.tsx'
import { tile } from './picture-grid.tsx'
import { useWorkspace } from './workspace-context.ts'

interface Props {
  label: string
  help?: string
  optional?: boolean
  error?: string
  drafts: Signal<readonly FileDraft[]>
  most: number
  /** Opens the camera with the field. */
  openAtOnce?: boolean
  onChange?(): void
}

/** At the corner of a picture. */
export const badge =
  'absolute -end-1.5 -top-1.5 grid size-8 place-items-center rounded-full border border-line bg-surface'

/** Photos from the camera, or files where there is none. They are scaled down before they are sent. */
export function PhotoField({ label, help, optional, error, drafts, most, openAtOnce, onChange }: Props) {
  const { held } = useWorkspace()
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  const [reading, setReading] = useState(0)
  const [problem, setProblem] = useState<unknown>(null)
  const taken = drafts.value
  const shownError = problem === null ? error : messageOf(problem)

  useEffect(() => {
    if (openAtOnce) input.current?.click()
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once, when it appears
  }, [])

  async function take(files: readonly File[]) {
    setProblem(null)
    for (const file of files.slice(0, most - drafts.peek().length)) {
      setReading((count) => count + 1)
      try {
        const draft = await draftOfFile(file, 'photo')
        drafts.value = [...drafts.peek(), draft]
        onChange?.()
      } catch (cause) {
        setProblem(cause)
      } finally {
        setReading((count) => count - 1)
      }
    }
  }

  return (
    <div class="grid gap-1.5" role="group" aria-labelledby={`${id}-label`}>
      <label id={`${id}-label`} for={id} class="text-sm font-medium">
        {label}
        {optional && <span class="font-normal text-soft"> {t().common.optional}</span>}
      </label>
      <ul class="flex flex-wrap gap-2">
        {taken.length < most && (
          <li>
            <label
              class={`grid size-[5rem] cursor-pointer content-center justify-items-center gap-1 rounded-sm border border-dashed text-center text-xs font-medium transition-colors hover:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-accent ${shownError ? 'border-danger' : 'border-edge'}`}
            >
              <span class="icon-[lucide--camera] size-6 text-accent" aria-hidden="true" />
              {taken.length === 0 ? t().files.take : t().files.takeAnother}
              <input
                ref={input}
                id={id}
                type="file"
                accept="image/*"
                capture="environment"
                aria-invalid={shownError ? true : undefined}
                aria-describedby={shownError ? `${id}-error` : undefined}
                class="sr-only"
                onChange={({ currentTarget }) => {
                  void take([...(currentTarget.files ?? [])])
                  // The same file can be chosen again.
                  currentTarget.value = ''
                }}
              />
            </label>
          </li>
        )}
        {taken.map((draft, index) => (
          <li key={draft.id} class="relative" data-draft={draft.id}>
            <BlobImage blob={draft.blob} alt={t().files.photo(index + 1)} class={tile} />
            {held.sent.value.has(draft.id) ? (
              <span role="status" title={t().files.sent} class={badge}>
                <span class="icon-[lucide--check] size-4 text-completed" aria-hidden="true" />
                <span class="sr-only">{t().files.sent}</span>
              </span>
            ) : (
              <button
                type="button"
                aria-label={t().files.remove(index + 1)}
                onClick={() => (drafts.value = taken.filter((one) => one !== draft))}
                class={`text-soft hover:text-ink ${badge}`}
              >
                <span class="icon-[lucide--x] size-4" aria-hidden="true" />
              </button>
            )}
          </li>
        ))}
        {reading > 0 && (
          <li class={`grid place-items-center bg-sunken ${tile}`} role="status" aria-label={t().common.loading}>
            <Spinner />
          </li>
        )}
      </ul>
      {help && <p class="text-xs text-soft">{help}</p>}
      {shownError && (
        <p id={`${id}-error`} role="alert" class="flex gap-1.5 text-sm text-danger">
          <span class="mt-0.5 icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
          {shownError}
        </p>
      )}
    </div>
  )
}
