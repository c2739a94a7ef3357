import type { Order } from '#shared/orders.ts'
import type { OpenJobs, User } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { StatusChip } from '../../components/status-chip.tsx'
import { useAdmin } from './context.ts'

interface Props {
  user: User
  jobs: readonly Order[]
  value: OpenJobs
  onChange(value: OpenJobs): void
}

/** The open jobs of a vendor who is about to be deactivated, and who takes them. */
export function OpenJobsChoice({ user, jobs, value, onChange }: Props) {
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
      <label class="grid gap-1 text-sm font-medium">
        {account.openJobs}
        <select
          value={value === 'release' ? '' : value.reassignTo}
          onChange={({ currentTarget: { value: id } }) => onChange(id ? { reassignTo: id } : 'release')}
          class="min-h-12 w-full rounded-sm border border-edge/70 bg-surface px-3 text-base font-normal"
        >
          <option value="">{account.releaseJobs}</option>
          {others.map(({ id, name, status }) => (
            <option key={id} value={id}>
              {`${name} (${t().vendorStatus[status]})`}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}
