import { useState } from 'preact/hooks'
import * as z from 'zod/mini'
import { AvailableHours } from '#shared/available-hours.ts'
import { type Service } from '#shared/catalogue.ts'
import { fractionDigits } from '#shared/currency.ts'
import { highestAmount } from '#shared/fields.ts'
import { CreateService } from '#shared/service-input.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FieldFrame, FormProblem, TextArea, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { Switch } from '../../components/switch.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import type { Catalogue } from '../../models/customer/catalogue.ts'
import { draftsOf, draftsOfService, optionsOf, textOf } from '../../models/admin/option-drafts.ts'
import { createForm, type Form as FormState } from '../../models/ui/form.ts'
import { messageOf } from '../../models/session/api-error.ts'
import { amountText, parseAmount, parseWhole, type AmountProblem } from '../../models/ui/amount.ts'
import { money } from '../../models/ui/format.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { DeadlineFields, deadlinePaths, deadlineProblems, deadlinesOf, deadlineTexts } from './deadline-fields.tsx'
import { HoursEditor } from './hours-editor.tsx'
import { OfferFields, offerDetails, offerPaths, offerProblems, offerTexts } from './offer-fields.tsx'
import { OptionsEditor } from './options-editor.tsx'
import { PictureField, type ChosenPicture } from './picture-field.tsx'
import { ProofFields, proofOf, proofTexts } from './proof-fields.tsx'

/** While they are typed there may be no day. */
const Hours = z.extend(AvailableHours, { days: z.array(z.int()) })

interface Props {
  catalogue: Catalogue
  /** null: a new service. */
  service: Service | null
  /** Of the price. */
  currency: string
  onClose(): void
}

export function ServiceDialog({ catalogue, service, currency, onClose }: Props) {
  const { me } = useWorkspace()
  const [form] = useState(() =>
    createForm(valuesOf(service, currency), {
      paths: { ...deadlinePaths, ...offerPaths },
      draft: `${me.id}.service.${service?.id ?? 'new'}`,
    }),
  )
  const [picture, setPicture] = useState<ChosenPicture>(null)
  const active = form.values.value.active === 'true'
  const groups = draftsOf(form.values.value.options)
  const hours = hoursOf(form.values.value.hours)
  const categories = new Set(catalogue.services.value?.flatMap((one) => one.category ?? []))
  const skills = new Set(catalogue.services.value?.flatMap((one) => one.skills ?? []))

  async function submit() {
    const { name, category, description, price, durationMinutes, alt } = form.values.value
    const minor = parseAmount(price, currency)
    const minutes = parseWhole(durationMinutes)
    const options = optionsOf(groups, currency)
    const own = {
      price: typeof minor === 'string' ? () => amountHelp(minor, currency) : undefined,
      durationMinutes: minutes === null ? () => t().admin.writeMinutes : undefined,
      ...deadlineProblems(form.values.value),
      ...offerProblems(form.values.value),
      options: options === null ? () => t().serviceOptions.writeGroup : undefined,
      hours: hours?.days.length === 0 ? () => t().serviceOptions.noDay : undefined,
      alt: picture instanceof Blob && !alt.trim() ? () => t().pictures.altMissing : undefined,
    }
    const proof = proofOf(form.values.value)
    // What a service never had is not sent.
    const details = {
      ...((category.trim() || service?.category) && { category: category.trim() || null }),
      ...((groups.length > 0 || service?.options) && { options: options ?? [] }),
      ...((hours || service?.availableHours) && { availableHours: hours }),
      ...offerDetails(form.values.value, service),
      ...((proof || service?.proof) && { proof }),
    }
    const deadlines = deadlinesOf(form.values.value)
    const body = { name, description, price: minor, durationMinutes: minutes, deadlines, active, ...details }
    await form.submit(
      CreateService,
      body,
      async (input) => {
        const saved = await (service ? catalogue.change(service.id, input) : catalogue.create(input))
        showNotice(service ? t().admin.serviceSaved : t().admin.serviceAdded(input.name))
        await savePicture(saved, alt.trim())
        onClose()
      },
      own,
    )
  }

  /** The service is saved by then: a picture that is refused does not undo it. */
  async function savePicture(saved: Service, alt: string) {
    try {
      if (picture === 'removed') await catalogue.removePicture(saved)
      else if (picture) await catalogue.illustrate(saved.id, picture, alt)
    } catch (error) {
      showNotice(t().pictures.notSent(messageOf(error)), 'problem')
    }
  }

  return (
    <Dialog title={service ? t().admin.editService : t().common.addService} onClose={onClose} onDiscard={form.reset}>
      <Form form={form} onSubmit={submit}>
        <TextField form={form} name="name" label={t().common.name} />
        <CategoryField form={form} known={categories} />
        <TextArea
          form={form}
          name="description"
          label={t().admin.description}
          optional
          help={t().admin.descriptionHelp}
        />
        <div class="grid grid-cols-2 items-start gap-4">
          <TextField form={form} name="price" label={t().admin.price(currency)} inputMode="decimal" />
          <TextField form={form} name="durationMinutes" label={t().admin.minutes} inputMode="numeric" />
        </div>
        <PictureField form={form} service={service} chosen={picture} onChange={setPicture} />
        <OfferFields form={form} known={skills} />
        <DeadlineFields form={form} />
        <OptionsEditor
          groups={groups}
          currency={currency}
          error={form.errors.value.options}
          onChange={(next) => form.change('options', textOf(next))}
        />
        <HoursEditor
          hours={hours}
          error={form.errors.value.hours}
          onChange={(next) => form.change('hours', JSON.stringify(next))}
        />
        <ProofFields form={form} />
        <Switch label={t().admin.offeredToCustomers} on={active} onChange={(on) => form.change('active', String(on))} />
        <FormProblem form={form} />
        <Button type="submit" variant="primary" busy={form.sending.value} class="min-h-12">
          {service ? t().admin.save : t().common.add}
        </Button>
      </Form>
    </Dialog>
  )
}

/** A category that exists, or another one. */
function CategoryField({
  form,
  known,
}: {
  form: Pick<FormState<'category'>, 'values' | 'errors' | 'change'>
  known: ReadonlySet<string>
}) {
  return (
    <FieldFrame
      label={t().serviceOptions.category}
      help={t().serviceOptions.categoryHelp}
      error={form.errors.value.category}
      optional
    >
      {(attributes) => (
        <>
          <input
            {...attributes}
            type="text"
            name="category"
            list={`${attributes.id}-known`}
            value={form.values.value.category}
            onInput={({ currentTarget }) => form.change('category', currentTarget.value)}
            class="hit w-full rounded-sm border border-edge/70 bg-surface px-3 text-base aria-invalid:border-danger"
          />
          <datalist id={`${attributes.id}-known`}>
            {[...known].map((category) => (
              <option key={category} value={category} />
            ))}
          </datalist>
        </>
      )}
    </FieldFrame>
  )
}

/** What to write instead. */
function amountHelp(problem: AmountProblem, currency: string): string {
  if (problem === 'high') return t().admin.amountTooHigh(money(highestAmount, currency))
  // 1,234 and a half, or 1,234 where the currency has no decimals.
  const example = amountText(Math.round(1234.5 * 10 ** fractionDigits(currency)), currency)
  return problem === 'decimals' ? t().admin.tooManyDecimals(currency, example) : t().admin.writeAmount(example)
}

function valuesOf(service: Service | null, currency: string) {
  return {
    name: service?.name ?? '',
    category: service?.category ?? '',
    description: service?.description ?? '',
    price: service ? amountText(service.price, currency) : '',
    durationMinutes: service ? String(service.durationMinutes) : '',
    ...deadlineTexts(service),
    ...offerTexts(service),
    active: String(service?.active ?? true),
    options: textOf(service ? draftsOfService(service) : []),
    hours: JSON.stringify(service?.availableHours ?? null),
    ...proofTexts(service),
    alt: '',
  }
}

/** null in a draft that cannot be read as well. */
function hoursOf(text: string): AvailableHours | null {
  try {
    const hours: unknown = JSON.parse(text)
    return Hours.safeParse(hours).data ?? null
  } catch {
    return null
  }
}
