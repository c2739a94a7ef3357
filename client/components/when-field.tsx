import { t } from '../i18n/index.ts'
import { localMinute } from '../models/ui/schedule-time.ts'
import { clock } from '../models/sync/clock.ts'
import type { Form } from '../models/ui/form.ts'
import { TextField } from './field.tsx'
import { Segmented } from './segmented.tsx'

interface Props<Name extends string> {
  form: Pick<Form<Name | 'when' | 'time'>, 'values' | 'errors' | 'change'>
}

/** When the work is wanted: at once, or at a day and time. */
export function WhenField<Name extends string>({ form }: Props<Name>) {
  const { when } = form.values.value
  const isLater = when === 'later'
  return (
    <div class="grid gap-3">
      <Segmented
        label={t().common.when}
        value={isLater ? 'later' : 'now'}
        onChange={(next) => form.change('when', next)}
        options={[
          { value: 'now', label: t().common.asSoonAsPossible },
          { value: 'later', label: t().customer.pickTime },
        ]}
      />
      {isLater && (
        <TextField
          form={form}
          name="time"
          type="datetime-local"
          label={t().customer.dayAndTime}
          min={localMinute(clock.now())}
        />
      )}
    </div>
  )
}
