import type { Order } from '#shared/orders.ts'
import type { User } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { SelectField } from '../../components/select-field.tsx'
import { StatusChip } from '../../components/status-chip.tsx'
import type { Form } from '../../models/ui/form.ts'
import { useAdmin } from './context.ts'

interface Props {
  user: User
  jobs: readonly Order[]
  /** `openJobs`: the id of the vendor who takes them, or empty: they are released. */
  form: Form<'openJobs'>
}

/** The open jobs of a vendor who is about to be deactivated, and who takes them. */
export function OpenJobsChoice({ user, jobs, form }: Props) {
  const { vendors } = useAdmin()
  const { account } = t().admin
  const others = vendors.all.value?.filter(({ id }) => id !== user.id) ?? []
  return (
    <div class="grid gap-4" role="status">
      <p class="text-sm font-medium">{account.hasJobs(jobs.length)}</p>
      <ul class="grid max-h-48 gap-1 overflow-y-auto text-sm">
        {jobs.map(({ id, number, status, customer }) => (
          <li key={id} class="flex flex-wrap items-center gap-x-3">
            <span>{number}</span>
            <span class="min-w-[6rem] flex-1 text-soft" dir="auto">
              {customer.name}
            </span>
            <StatusChip status={status} />
          </li>
        ))}
      </ul>
      <SelectField
        form={form}
        name="openJobs"
        label={account.openJobs}
        options={[
          { value: '', label: account.releaseJobs },
          ...others.map(({ id, name, status }) => ({ value: id, label: `${name} (${t().vendorStatus[status]})` })),
        ]}
      />
    </div>
  )
}
