import { t } from '../../i18n/index.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { FieldFrame } from '../../components/field.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { Switch } from '../../components/switch.tsx'
import { newChoice, newGroup, type ChoiceDraft, type GroupDraft } from '../../models/admin/option-drafts.ts'

interface Props {
  groups: readonly GroupDraft[]
  currency: string
  error: string | undefined
  onChange(groups: readonly GroupDraft[]): void
}

const replaced = <Item,>(items: readonly Item[], index: number, item: Item) => items.with(index, item)
const without = <Item,>(items: readonly Item[], index: number) => items.filter((_, other) => other !== index)

/** The groups of options of a service, with the choices of each. */
export function OptionsEditor({ groups, currency, error, onChange }: Props) {
  return (
    <fieldset class="grid gap-3">
      <legend class="mb-1.5 text-sm font-medium">
        {t().serviceOptions.options}
        <span class="font-normal text-soft"> {t().common.optional}</span>
      </legend>
      {groups.map((group, index) => (
        <Group
          key={index}
          group={group}
          currency={currency}
          onChange={(next) => onChange(replaced(groups, index, next))}
          onRemove={() => onChange(without(groups, index))}
        />
      ))}
      {error && (
        <p role="alert" class="flex gap-1.5 text-sm text-danger">
          <span class="mt-0.5 icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
          {error}
        </p>
      )}
      <Button
        size="sm"
        icon="icon-[lucide--plus]"
        class="justify-self-start"
        onClick={() => onChange([...groups, newGroup()])}
      >
        {t().serviceOptions.addGroup}
      </Button>
    </fieldset>
  )
}

interface GroupProps {
  group: GroupDraft
  currency: string
  onChange(group: GroupDraft): void
  onRemove(): void
}

function Group({ group, currency, onChange, onRemove }: GroupProps) {
  const { name, required, choose, choices } = group
  return (
    <div
      role="group"
      aria-label={name || t().serviceOptions.group}
      class="grid gap-3 rounded-sm border border-line p-3"
    >
      <div class="flex items-end gap-2">
        <div class="min-w-0 flex-1">
          <Text
            label={t().serviceOptions.group}
            help={t().serviceOptions.groupHelp}
            value={name}
            onChange={(text) => onChange({ ...group, name: text })}
          />
        </div>
        <IconButton
          icon="icon-[lucide--trash-2]"
          label={t().serviceOptions.removeChoice(name || t().serviceOptions.group)}
          onClick={onRemove}
          class="mb-5"
        />
      </div>
      <Segmented
        label={t().serviceOptions.choose}
        value={choose}
        options={[
          { value: 'one', label: t().serviceOptions.one },
          { value: 'several', label: t().serviceOptions.several },
        ]}
        onChange={(next) => onChange({ ...group, choose: next })}
      />
      <Switch
        label={t().serviceOptions.required}
        on={required}
        onChange={(on) => onChange({ ...group, required: on })}
      />
      {choices.map((choice, index) => (
        <Choice
          key={index}
          choice={choice}
          currency={currency}
          onChange={(next) => onChange({ ...group, choices: replaced(choices, index, next) })}
          onRemove={choices.length > 1 ? () => onChange({ ...group, choices: without(choices, index) }) : null}
        />
      ))}
      <Button
        size="sm"
        variant="quiet"
        icon="icon-[lucide--plus]"
        class="justify-self-start"
        onClick={() => onChange({ ...group, choices: [...choices, newChoice()] })}
      >
        {t().serviceOptions.addChoice}
      </Button>
    </div>
  )
}

interface ChoiceProps {
  choice: ChoiceDraft
  currency: string
  onChange(choice: ChoiceDraft): void
  onRemove: (() => void) | null
}

function Choice({ choice, currency, onChange, onRemove }: ChoiceProps) {
  return (
    <div class="grid grid-cols-[minmax(0,1fr)_auto] items-end gap-2 border-t border-line pt-3">
      <Text label={t().serviceOptions.choice} value={choice.name} onChange={(name) => onChange({ ...choice, name })} />
      {onRemove && (
        <IconButton
          icon="icon-[lucide--x]"
          label={t().serviceOptions.removeChoice(choice.name || t().serviceOptions.choice)}
          onClick={onRemove}
        />
      )}
      <div class="col-span-2 grid grid-cols-2 gap-2">
        <Text
          label={t().serviceOptions.surcharge(currency)}
          inputMode="decimal"
          value={choice.price}
          onChange={(price) => onChange({ ...choice, price })}
        />
        <Text
          label={t().serviceOptions.moreMinutes}
          inputMode="numeric"
          value={choice.minutes}
          onChange={(minutes) => onChange({ ...choice, minutes })}
        />
      </div>
    </div>
  )
}

interface TextProps {
  label: string
  help?: string
  inputMode?: 'decimal' | 'numeric'
  value: string
  onChange(value: string): void
}

function Text({ label, help, inputMode, value, onChange }: TextProps) {
  return (
    <FieldFrame label={label} help={help}>
      {(attributes) => (
        <input
          {...attributes}
          dir="auto"
          inputMode={inputMode}
          value={value}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
          class="hit w-full rounded-sm border border-edge/70 bg-surface px-3 text-base"
        />
      )}
    </FieldFrame>
  )
}
