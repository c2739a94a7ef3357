import type { Service } from '#shared/catalogue.ts'
import { deadlineNames, type Deadlines } from '#shared/deadlines.ts'
import { t } from '../../i18n/index.ts'
import { TextField } from '../../components/field.tsx'
import { parseWhole } from '../../models/ui/amount.ts'
import type { Form } from '../../models/ui/form.ts'

type Name = (typeof deadlineNames)[number]
type Values = Record<Name, string>

const forEach = <Value,>(valueOf: (name: Name) => Value): Record<Name, Value> => ({
  acceptWithin: valueOf('acceptWithin'),
  arriveWithin: valueOf('arriveWithin'),
  finishWithin: valueOf('finishWithin'),
})

/** Where the fields are in the body. */
export const deadlinePaths = forEach((name) => `deadlines.${name}`)

export const deadlineTexts = (service: Service | null): Values =>
  forEach((name) => String(service?.deadlines?.[name] ?? ''))

/** null without any. */
export function deadlinesOf(values: Values): Deadlines | null {
  const deadlines = forEach((name) => parseWhole(values[name]))
  return deadlineNames.some((name) => deadlines[name] !== null) ? deadlines : null
}

/** For what is written and no number of minutes. */
export const deadlineProblems = (values: Values) =>
  forEach((name) =>
    values[name].trim() !== '' && parseWhole(values[name]) === null ? () => t().admin.writeMinutes : undefined,
  )

/** How long an order of the service may take until admins are told. */
export function DeadlineFields<Names extends string>({ form }: { form: Form<Names | Name> }) {
  return (
    <fieldset class="grid gap-2">
      <legend class="mb-2 text-sm font-medium">{t().admin.deadlines.title}</legend>
      <div class="grid grid-cols-3 items-start gap-4">
        {deadlineNames.map((name) => (
          <TextField key={name} form={form} name={name} label={t().admin.deadlines[name]} inputMode="numeric" />
        ))}
      </div>
      <p class="text-xs text-soft">{t().admin.deadlines.help}</p>
    </fieldset>
  )
}
