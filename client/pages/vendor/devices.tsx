import { useModel } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { CreateDevice, type Device } from '#shared/devices.ts'
import { t } from '../../i18n/index.ts'
import { AddDialog } from '../../components/add-dialog.tsx'
import { BackLink } from '../../components/back-link.tsx'
import { Button } from '../../components/button.tsx'
import { Copyable } from '../../components/copyable.tsx'
import { DeviceRow, IssuedDevice, RevokeDeviceDialog } from '../../components/device-parts.tsx'
import { TextField } from '../../components/field.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { Page } from '../../components/page.tsx'
import { useTitle } from '../../components/use-title.ts'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { DevicesModel, mosquittoLines } from '../../models/vendor/devices.ts'
import { createForm } from '../../models/ui/form.ts'

/** The vendor's devices: programs that work the vendor's orders with their own token. */
export function DevicesPage() {
  useTitle(t().nav.devices)
  const { api, me } = useWorkspace()
  const model = useModel(() => new DevicesModel(api))
  const [adding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState<Device | null>(null)
  useEffect(() => void model.load(), [model])
  useRetryWhenBack(model.error.value !== null, () => void model.load())
  const devices = model.devices.value
  const issued = model.issued.value
  const add = (
    <Button variant="primary" icon="icon-[lucide--plus]" onClick={() => setAdding(true)}>
      {t().common.addDevice}
    </Button>
  )

  return (
    <Page width="vendor">
      <BackLink href="/">{t().nav.offers}</BackLink>
      <div class="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h1 class="text-lg font-semibold">{t().nav.devices}</h1>
        {devices !== null && devices.length > 0 && add}
      </div>
      {issued && <IssuedDevice issued={issued} broker={model.broker.value} />}
      {devices === null &&
        (model.error.value === null ? (
          <Skeleton rows={2} class="h-20" />
        ) : (
          <Failed message={model.error.value} onRetry={() => void model.load()} />
        ))}
      {devices !== null && devices.length === 0 && (
        <Empty icon="icon-[lucide--cpu]" title={t().devices.empty} action={add}>
          {t().devices.emptyHelp}
        </Empty>
      )}
      {devices !== null && devices.length > 0 && (
        <>
          <ul class="overflow-hidden rounded-md border border-line bg-surface">
            {devices.map((device) => (
              <DeviceRow key={device.id} device={device} onRevoke={() => setRevoking(device)} />
            ))}
          </ul>
          <h2 class="mt-8 mb-3 font-semibold">{t().devices.byHand}</h2>
          <Lines model={model} vendorId={me.id} />
        </>
      )}
      {adding && <AddDeviceDialog model={model} onClose={() => setAdding(false)} />}
      {revoking && <RevokeDeviceDialog model={model} device={revoking} onClose={() => setRevoking(null)} />}
    </Page>
  )
}

/** Command lines with the token of the new device, or with a placeholder. */
function Lines({ model, vendorId }: { model: DevicesModel; vendorId: string }) {
  const issued = model.issued.value
  const name = issued?.device.name ?? model.devices.value?.[0]?.name ?? ''
  const token = issued?.token ?? 'DEVICE_TOKEN'
  const lines = mosquittoLines({ host: location.hostname, port: model.broker.value.port, name, token, vendorId })
  return (
    <div class="grid gap-4">
      {lines.map(({ purpose, line }) => (
        <div key={purpose} class="grid gap-1.5">
          <p class="text-sm text-soft">{t().deviceCommands[purpose]}</p>
          <Copyable text={line} label={t().devices.copyLine(t().deviceCommands[purpose])} />
        </div>
      ))}
    </div>
  )
}

function AddDeviceDialog({ model, onClose }: { model: DevicesModel; onClose(): void }) {
  const { me } = useWorkspace()
  const [form] = useState(() => createForm({ name: '' }, { draft: `${me.id}.device` }))
  const submit = () =>
    form.submit(CreateDevice, { name: form.values.value.name }, async (input) => {
      await model.create(input)
      onClose()
    })
  return (
    <AddDialog title={t().common.addDevice} form={form} onSubmit={submit} onClose={onClose}>
      <TextField form={form} name="name" label={t().common.name} help={t().devices.nameHelp} />
    </AddDialog>
  )
}
