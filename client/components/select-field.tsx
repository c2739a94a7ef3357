import type { Form } from '../models/ui/form.ts'
import { FieldFrame } from './field.tsx'

interface Props<Name extends string> {
  form: Pick<Form<Name>, 'values' | 'errors' | 'change'>
  name: Name
  label: string
  options: readonly { value: string; label: string }[]
}

/** A choice from a list, bound to one field of a form. */
export function SelectField<Name extends string>({ form, name, label, options }: Props<Name>) {
  return (
    <FieldFrame label={label} error={form.errors.value[name]}>
      {(attributes) => (
        <select
          {...attributes}
          name={name}
          value={form.values.value[name]}
          onChange={({ currentTarget }) => form.change(name, currentTarget.value)}
          class="min-h-12 w-full rounded-sm border border-edge/70 bg-surface px-3 text-base aria-invalid:border-danger"
        >
          {options.map(({ value, label: text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  )
}
