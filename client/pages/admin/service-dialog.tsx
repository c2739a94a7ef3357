import { useState } from 'preact/hooks'
import { CreateService, type Service } from '#shared/catalogue.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem, TextArea, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { Switch } from '../../components/switch.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import type { Catalogue } from '../../models/customer/catalogue.ts'
import { createForm } from '../../models/ui/form.ts'
import { fractionDigits, parseMoney } from '../../models/ui/format.ts'
import { showNotice } from '../../models/ui/notices.ts'

interface Props {
  catalogue: Catalogue
  /** null: a new service. */
  service: Service | null
  onClose(): void
}

export function ServiceDialog({ catalogue, service, onClose }: Props) {
  const currency = service?.currency ?? catalogue.services.value?.[0]?.currency ?? 'USD'
  const { me } = useWorkspace()
  const [form] = useState(() =>
    createForm(valuesOf(service, currency), { draft: `${me.id}.service.${service?.id ?? 'new'}` }),
  )
  const active = form.values.value.active === 'true'

  async function submit() {
    const { name, description, price, durationMinutes } = form.values.value
    const minor = parseMoney(price, currency)
    const own = {
      price: minor === null ? () => t().admin.writeAmount : undefined,
      durationMinutes: /^\d+$/.test(durationMinutes.trim()) ? undefined : () => t().admin.writeMinutes,
    }
    const body = { name, description, price: minor, durationMinutes: Number(durationMinutes), active }
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
        <Switch label={t().admin.offeredToCustomers} on={active} onChange={(on) => form.change('active', String(on))} />
        <FormProblem form={form} />
        <Button type="submit" variant="primary" busy={form.sending.value} class="min-h-12">
          {service ? t().admin.save : t().common.add}
        </Button>
      </Form>
    </Dialog>
  )
}

function valuesOf(service: Service | null, currency: string) {
  const digits = fractionDigits(currency)
  return {
    name: service?.name ?? '',
    description: service?.description ?? '',
    price: service ? (service.price / 10 ** digits).toFixed(digits) : '',
    durationMinutes: service ? String(service.durationMinutes) : '',
    active: String(service?.active ?? true),
  }
}
