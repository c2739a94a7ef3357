import { useState } from 'preact/hooks'
import { CreateService, type Service } from '#shared/catalogue.ts'
import { fractionDigits } from '#shared/currency.ts'
import { highestAmount } from '#shared/fields.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem, TextArea, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { Switch } from '../../components/switch.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import type { Catalogue } from '../../models/customer/catalogue.ts'
import { createForm } from '../../models/ui/form.ts'
import { amountText, parseAmount, parseWhole, type AmountProblem } from '../../models/ui/amount.ts'
import { money } from '../../models/ui/format.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { DeadlineFields, deadlinePaths, deadlineProblems, deadlinesOf, deadlineTexts } from './deadline-fields.tsx'

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
      paths: deadlinePaths,
      draft: `${me.id}.service.${service?.id ?? 'new'}`,
    }),
  )
  const active = form.values.value.active === 'true'

  async function submit() {
    const { name, description, price, durationMinutes } = form.values.value
    const minor = parseAmount(price, currency)
    const minutes = parseWhole(durationMinutes)
    const own = {
      price: typeof minor === 'string' ? () => amountHelp(minor, currency) : undefined,
      durationMinutes: minutes === null ? () => t().admin.writeMinutes : undefined,
      ...deadlineProblems(form.values.value),
    }
    const deadlines = deadlinesOf(form.values.value)
    const body = { name, description, price: minor, durationMinutes: minutes, deadlines, active }
    await form.submit(
      CreateService,
      body,
      async (input) => {
        await (service ? catalogue.change(service.id, input) : catalogue.create(input))
        showNotice(service ? t().admin.serviceSaved : t().admin.serviceAdded(input.name))
        onClose()
      },
      own,
    )
  }

  return (
    <Dialog title={service ? t().admin.editService : t().common.addService} onClose={onClose} onDiscard={form.reset}>
      <Form form={form} onSubmit={submit}>
        <TextField form={form} name="name" label={t().common.name} />
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
        <DeadlineFields form={form} />
        <Switch label={t().admin.offeredToCustomers} on={active} onChange={(on) => form.change('active', String(on))} />
        <FormProblem form={form} />
        <Button type="submit" variant="primary" busy={form.sending.value} class="min-h-12">
          {service ? t().admin.save : t().common.add}
        </Button>
      </Form>
    </Dialog>
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
    description: service?.description ?? '',
    price: service ? amountText(service.price, currency) : '',
    durationMinutes: service ? String(service.durationMinutes) : '',
    ...deadlineTexts(service),
    active: String(service?.active ?? true),
  }
}
