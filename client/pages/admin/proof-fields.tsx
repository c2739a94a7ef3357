import type { Service } from '#shared/catalogue.ts'
import { mostProofPhotos, type Proof } from '#shared/proof.ts'
import { t } from '../../i18n/index.ts'
import { Switch } from '../../components/switch.tsx'
import type { Form } from '../../models/ui/form.ts'
import { SelectField } from '../../components/select-field.tsx'

const switches = ['note', 'signature', 'pin'] as const

const names = { note: 'proofNote', photos: 'proofPhotos', signature: 'proofSignature', pin: 'proofPin' } as const
type Name = (typeof names)[keyof typeof names]
type Values = Record<Name, string>

const yes = 'true'

export const proofTexts = (service: Service | null): Values => ({
  proofNote: service?.proof?.note ? yes : '',
  proofPhotos: String(service?.proof?.photos ?? 0),
  proofSignature: service?.proof?.signature ? yes : '',
  proofPin: service?.proof?.pin ? yes : '',
})

/** null when nothing is asked for. */
export function proofOf(values: Values): Proof | null {
  const photos = Number(values.proofPhotos)
  const proof: Proof = {
    ...(values.proofNote === yes && { note: true }),
    ...(photos > 0 && { photos }),
    ...(values.proofSignature === yes && { signature: true }),
    ...(values.proofPin === yes && { pin: true }),
  }
  return Object.keys(proof).length > 0 ? proof : null
}

/** What the vendor is asked for before an order of the service is completed. */
export function ProofFields<Names extends string>({ form }: { form: Form<Names | Name> }) {
  const counts = Array.from({ length: mostProofPhotos + 1 }, (_, count) => count)
  return (
    <fieldset class="grid gap-2">
      <legend class="mb-2 text-sm font-medium">{t().proof.settings}</legend>
      <SelectField
        form={form}
        name={names.photos}
        label={t().proof.photos}
        options={counts.map((count) => ({
          value: String(count),
          label: count === 0 ? t().proof.noPhotos : t().proof.atLeast(count),
        }))}
      />
      {switches.map((part) => (
        <Switch
          key={part}
          label={t().proof.parts[part]}
          on={form.values.value[names[part]] === yes}
          onChange={(on) => form.change(names[part], on ? yes : '')}
        />
      ))}
    </fieldset>
  )
}
