import type { AvailableHours } from '#shared/available-hours.ts'
import { t } from '../../i18n/index.ts'
import { Switch } from '../../components/switch.tsx'
import { dayName } from '../../models/ui/hours-text.ts'

interface Props {
  hours: AvailableHours | null
  error: string | undefined
  onChange(hours: AvailableHours | null): void
}

const everyDay = [1, 2, 3, 4, 5, 6, 7]

/** The days and hours in which a service can be had, in the time zone of this browser unless it has another one. */
export function HoursEditor({ hours, error, onChange }: Props) {
  const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const toggle = (days: readonly number[], day: number) =>
    days.includes(day) ? days.filter((one) => one !== day) : [...days, day].sort((a, b) => a - b)
  return (
    <div class="grid gap-3">
      <Switch
        label={t().serviceOptions.hours}
        on={hours !== null}
        onChange={(on) => onChange(on ? { days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00', timeZone } : null)}
      />
      {hours && (
        <>
          <fieldset class="flex flex-wrap gap-1" aria-label={t().serviceOptions.days}>
            {everyDay.map((day) => (
              <label
                key={day}
                class="flex min-h-10 items-center rounded-sm border border-line px-3 text-sm has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent"
              >
                <input
                  type="checkbox"
                  aria-label={dayName(day, 'long')}
                  checked={hours.days.includes(day)}
                  onChange={() => onChange({ ...hours, days: toggle(hours.days, day) })}
                  class="sr-only"
                />
                <span aria-hidden="true">{dayName(day)}</span>
              </label>
            ))}
          </fieldset>
          <div class="flex flex-wrap items-center gap-4">
            {(['from', 'to'] as const).map((end) => (
              <label key={end} class="flex items-center gap-2 text-sm">
                {end === 'from' ? t().serviceOptions.hoursFrom : t().serviceOptions.hoursTo}
                <input
                  type="time"
                  required
                  value={hours[end]}
                  onChange={({ currentTarget: { value } }) => value && onChange({ ...hours, [end]: value.slice(0, 5) })}
                  class="hit rounded-sm border border-edge/70 bg-surface px-3 text-base"
                />
              </label>
            ))}
            <span class="text-sm text-soft">{hours.timeZone}</span>
          </div>
          {error && (
            <p role="alert" class="text-sm text-danger">
              {error}
            </p>
          )}
        </>
      )}
    </div>
  )
}
