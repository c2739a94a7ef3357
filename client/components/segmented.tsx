import { useId } from 'preact/hooks'

interface Props<Value extends string> {
  label: string
  value: Value
  options: readonly { value: NoInfer<Value>; label: string; icon?: string }[]
  onChange(value: Value): void
}

/** A choice of few options, all visible: radio buttons in one bar. */
export function Segmented<Value extends string>({ label, value, options, onChange }: Props<Value>) {
  const name = useId()
  return (
    <fieldset class="flex flex-wrap gap-1 rounded-sm bg-sunken p-1">
      <legend class="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          class="flex min-h-9 min-w-min flex-1 items-center justify-center gap-2 rounded-sm px-3 text-center text-sm text-soft transition-colors has-checked:bg-chosen has-checked:font-medium has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:min-h-11"
        >
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            class="sr-only"
          />
          {option.icon && <span class={`${option.icon} size-4`} aria-hidden="true" />}
          {option.label}
        </label>
      ))}
    </fieldset>
  )
}
