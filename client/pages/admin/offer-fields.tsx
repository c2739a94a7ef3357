import type { Service } from '#shared/catalogue.ts'
import type { OfferRule } from '#shared/offers.ts'
import { t } from '../../i18n/index.ts'
import { TextField } from '../../components/field.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { TagsField } from '../../components/tags-field.tsx'
import { parseWhole } from '../../models/ui/amount.ts'
import type { Form } from '../../models/ui/form.ts'
import { tagsIn, tagsText } from '../../models/ui/tags.ts'

type Name = 'skills' | 'offersTo' | 'offersCount' | 'offersSeconds'
type Values = Record<Name, string>

const rules = ['all', 'nearest', 'least_busy'] as const
const ruleOf = (value: string) => rules.find((rule) => rule === value) ?? 'all'
const within = (value: string, least: number, most: number): number | null => {
  const number = parseWhole(value)
  return number !== null && number >= least && number <= most ? number : null
}
const countOf = ({ offersCount }: Values) => within(offersCount, 1, 50)
const secondsOf = ({ offersSeconds }: Values) => within(offersSeconds, 5, 86_400)

/** Where the fields are in the body. */
export const offerPaths = { offersTo: 'offers', offersCount: 'offers.count', offersSeconds: 'offers.seconds' }

export function offerTexts(service: Service | null): Values {
  const { to, count, seconds } = { count: 1, seconds: 60, ...(service?.offers ?? { to: 'all' as const }) }
  return {
    skills: tagsText(service?.skills),
    offersTo: to,
    offersCount: String(count),
    offersSeconds: String(seconds),
  }
}

/** What a service never had is not sent. */
export function offerDetails(
  values: Values,
  service: Service | null,
): { skills?: string[]; offers?: OfferRule | null } {
  const skills = tagsIn(values.skills)
  const to = ruleOf(values.offersTo)
  const [count, seconds] = [countOf(values), secondsOf(values)]
  const offers = to !== 'all' && count !== null && seconds !== null ? { to, count, seconds } : null
  return {
    ...((skills.length > 0 || service?.skills) && { skills }),
    ...((offers || service?.offers) && { offers }),
  }
}

export function offerProblems(values: Values) {
  const isUsed = ruleOf(values.offersTo) !== 'all'
  return {
    offersCount: isUsed && countOf(values) === null ? () => t().dispatch.writeCount : undefined,
    offersSeconds: isUsed && secondsOf(values) === null ? () => t().dispatch.writeSeconds : undefined,
  }
}

interface Props<Names extends string> {
  form: Form<Names | Name>
  /** The skills of other services. */
  known: Iterable<string>
}

/** Which vendors are offered the service, and in which order they are asked. */
export function OfferFields<Names extends string>({ form, known }: Props<Names>) {
  const to = ruleOf(form.values.value.offersTo)
  return (
    <>
      <TagsField
        form={form}
        name="skills"
        label={t().dispatch.skills}
        help={t().dispatch.serviceSkillsHelp}
        known={known}
        maxLength={40}
      />
      <fieldset class="grid gap-2">
        <legend class="mb-2 text-sm font-medium">{t().dispatch.rule}</legend>
        <Segmented
          label={t().dispatch.rule}
          value={to}
          options={rules.map((value) => ({ value, label: t().dispatch.to[value] }))}
          onChange={(value) => form.change('offersTo', value)}
        />
        {to !== 'all' && (
          <>
            <div class="grid grid-cols-2 items-start gap-4 pt-1">
              <TextField form={form} name="offersCount" label={t().dispatch.count} inputMode="numeric" />
              <TextField form={form} name="offersSeconds" label={t().dispatch.seconds} inputMode="numeric" />
            </div>
            <p class="text-xs text-soft">{t().dispatch.ruleHelp}</p>
          </>
        )}
      </fieldset>
    </>
  )
}
