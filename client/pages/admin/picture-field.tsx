import { useState } from 'preact/hooks'
import type { Service } from '#shared/catalogue.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { TextField } from '../../components/field.tsx'
import { BlobImage } from '../../components/file-image.tsx'
import { ServicePicture } from '../../components/service-picture.tsx'
import { scaledDown } from '../../models/files/scale-down.ts'
import { messageOf } from '../../models/session/api-error.ts'
import type { Form } from '../../models/ui/form.ts'

/** A picture that was chosen; `removed`: the service is to have none; null: as before. */
export type ChosenPicture = Blob | 'removed' | null

interface Props<Names extends string> {
  form: Form<Names | 'alt'>
  service: Service | null
  chosen: ChosenPicture
  onChange(chosen: ChosenPicture): void
}

const look = 'size-[5rem] shrink-0 rounded-sm border border-line object-cover'

/** The picture that customers see in the catalogue. */
export function PictureField<Names extends string>({ form, service, chosen, onChange }: Props<Names>) {
  const [problem, setProblem] = useState<unknown>(null)
  const stored = chosen === null ? service?.picture : undefined
  const hasPicture = chosen instanceof Blob || stored !== undefined
  async function choose(file: File | undefined) {
    if (!file) return
    setProblem(null)
    await scaledDown(file).then(onChange, setProblem)
  }
  return (
    <fieldset class="grid gap-3">
      <legend class="mb-2 text-sm font-medium">
        {t().pictures.title} <span class="font-normal text-soft">{t().common.optional}</span>
      </legend>
      <div class="flex flex-wrap items-center gap-3">
        {chosen instanceof Blob && <BlobImage blob={chosen} alt={form.values.value.alt} class={look} />}
        <ServicePicture picture={stored} class={look} />
        <label class="hit inline-flex min-h-10 cursor-pointer items-center gap-2 rounded-sm border border-edge/60 px-4 text-sm font-medium transition-colors hover:border-edge hover:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-accent">
          <span class="icon-[lucide--image-plus] size-4" aria-hidden="true" />
          {hasPicture ? t().pictures.replace : t().pictures.choose}
          <input
            type="file"
            accept="image/*"
            class="sr-only"
            onChange={({ currentTarget }) => {
              void choose(currentTarget.files?.[0])
              currentTarget.value = ''
            }}
          />
        </label>
        {hasPicture && (
          <Button variant="quiet" onClick={() => onChange(service?.picture ? 'removed' : null)}>
            {t().pictures.remove}
          </Button>
        )}
      </div>
      {problem !== null && (
        <p role="alert" class="text-sm text-danger">
          {messageOf(problem)}
        </p>
      )}
      {chosen instanceof Blob && (
        <TextField form={form} name="alt" label={t().pictures.alt} help={t().pictures.altHelp} />
      )}
      {stored?.alt && (
        <p class="text-sm text-soft" dir="auto">
          {stored.alt}
        </p>
      )}
    </fieldset>
  )
}
