import { useModel } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { CreateDevice, type Device } from '#shared/devices.ts'
import { t } from '../../i18n/index.ts'
import { AddDialog } from '../../components/add-dialog.tsx'
import { Button } from '../../components/button.tsx'
import { DeviceRow, IssuedDevice, RevokeDeviceDialog } from '../../components/device-parts.tsx'
import { TextField } from '../../components/field.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createForm } from '../../models/ui/form.ts'
import { DevicesModel } from '../../models/vendor/devices.ts'
import { useAdmin } from './context.ts'

/** The devices of all vendors. */
export function AllDevices() {
  const { api } = useWorkspace()
  const { vendors } = useAdmin()
  const model = useModel(() => new DevicesModel(api))
  const [adding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState<Device | null>(null)
  useEffect(() => void model.load(), [model])
  useRetryWhenBack(model.error.value !== null, () => void model.load())
  const devices = model.devices.value
  const issued = model.issued.value
  const names = new Map(vendors.all.value?.map(({ id, name }) => [id, name]))
  const add = names.size > 0 && (
    <Button icon="icon-[lucide--plus]" onClick={() => setAdding(true)}>
      {t().common.addDevice}
    </Button>
  )

  return (
    <section>
      <div class="mb-4 flex flex-wrap items-center gap-3">
        <h2 class="me-auto font-semibold">{t().nav.devices}</h2>
        {devices !== null && devices.length > 0 && add}
      </div>
      {issued && <IssuedDevice issued={issued} broker={model.broker.value} />}
      {devices === null &&
        (model.error.value === null ? (
          <Skeleton rows={2} class="h-16" />
        ) : (
          <Failed message={model.error.value} onRetry={() => void model.load()} />
        ))}
      {devices?.length === 0 && (
        <Empty icon="icon-[lucide--cpu]" title={t().devices.empty} action={add}>
          {t().devices.emptyHelpAdmin}
        </Empty>
      )}
      {devices !== null && devices.length > 0 && (
        <ul class="overflow-hidden rounded-md border border-line bg-surface">
          {devices.map((device) => (
            <DeviceRow key={device.id} device={device} onRevoke={() => setRevoking(device)}>
              <bdi>{names.get(device.vendorId) ?? t().devices.formerVendor}</bdi>
              {' · '}
            </DeviceRow>
          ))}
        </ul>
      )}
      {adding && <AddDeviceDialog model={model} onClose={() => setAdding(false)} />}
      {revoking && <RevokeDeviceDialog model={model} device={revoking} onClose={() => setRevoking(null)} />}
    </section>
  )
}

function AddDeviceDialog({ model, onClose }: { model: DevicesModel; onClose(): void }) {
  const { me } = useWorkspace()
  const { vendors } = useAdmin()
  const all = vendors.all.value ?? []
  const [form] = useState(() =>
    createForm({ name: '', vendorId: all[0]?.id ?? '' }, { draft: `${me.id}.device-of-vendor` }),
  )
  const submit = () =>
    form.submit(CreateDevice, form.values.value, async (input) => {
      await model.create(input)
      onClose()
    })
  return (
    <AddDialog title={t().common.addDevice} form={form} onSubmit={submit} onClose={onClose}>
      <TextField form={form} name="name" label={t().common.name} help={t().devices.nameHelp} />
      <SelectField
        form={form}
        name="vendorId"
        label={t().common.vendor}
        options={all.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </AddDialog>
  )
}
