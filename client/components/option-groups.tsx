import { useId } from 'preact/hooks'
import type { OptionProblem } from '#shared/choose-options.ts'
import type { OptionChoice, OptionGroup } from '#shared/service-options.ts'
import { t } from '../i18n/index.ts'
import { money } from '../models/ui/format.ts'

interface Props {
  groups: readonly OptionGroup[]
  currency: string
  /** The chosen ones, by id. */
  choices: readonly string[]
  /** Shown at their groups. */
  problems: readonly OptionProblem[]
  onChange(choices: readonly string[]): void
}

/** The groups of options of a service, to choose from. */
export function OptionGroups({ groups, currency, choices, problems, onChange }: Props) {
  return (
    <>
      {groups.map((group) => (
        <Group
          key={group.name}
          group={group}
          currency={currency}
          choices={choices}
          isMissing={problems.some((problem) => 'group' in problem && problem.group === group.name)}
          onChange={onChange}
        />
      ))}
    </>
  )
}

interface GroupProps {
  group: OptionGroup
  currency: string
  choices: readonly string[]
  isMissing: boolean
  onChange(choices: readonly string[]): void
}

function Group({ group, currency, choices, isMissing, onChange }: GroupProps) {
  const name = useId()
  const own = new Set(group.choices.map(({ id }) => id))
  const others = choices.filter((id) => !own.has(id))
  const chosen = choices.filter((id) => own.has(id))
  const isOne = group.choose === 'one'
  const toggle = (id: string) => onChange(chosen.includes(id) ? choices.filter((one) => one !== id) : [...choices, id])
  return (
    <fieldset class="grid gap-1" aria-describedby={isMissing ? `${name}-error` : undefined}>
      <legend class="mb-1 text-sm font-medium" dir="auto">
        {group.name}
        {!group.required && <span class="font-normal text-soft"> {t().common.optional}</span>}
      </legend>
      {isOne && !group.required && (
        <Choice
          type="radio"
          name={name}
          label={t().serviceOptions.none}
          checked={chosen.length === 0}
          onChange={() => onChange(others)}
        />
      )}
      {group.choices.map((choice) => (
        <Choice
          key={choice.id}
          type={isOne ? 'radio' : 'checkbox'}
          name={name}
          label={choice.name}
          price={priceText(choice, currency)}
          checked={chosen.includes(choice.id)}
          onChange={() => (isOne ? onChange([...others, choice.id]) : toggle(choice.id))}
        />
      ))}
      {isMissing && (
        <p id={`${name}-error`} role="alert" class="flex gap-1.5 text-sm text-danger">
          <span class="mt-0.5 icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
          {t().serviceOptions.chooseSome}
        </p>
      )}
    </fieldset>
  )
}

const priceText = ({ price }: OptionChoice, currency: string) =>
  price > 0 ? t().serviceOptions.plus(money(price, currency)) : undefined

interface ChoiceProps {
  type: 'radio' | 'checkbox'
  name: string
  label: string
  price?: string
  checked: boolean
  onChange(): void
}

function Choice({ type, name, label, price, checked, onChange }: ChoiceProps) {
  return (
    <label class="flex min-h-11 items-center gap-3 rounded-sm border border-line px-3 py-2 transition-colors has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent">
      <input type={type} name={name} checked={checked} onChange={onChange} class="size-4 shrink-0 accent-accent" />
      <span class="min-w-0 flex-1 wrap-anywhere" dir="auto">
        {label}
      </span>
      {price && <span class="text-sm whitespace-nowrap text-soft">{price}</span>}
    </label>
  )
}
