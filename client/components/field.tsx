import { useId, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { t } from '../i18n/index.ts'
import type { Form } from '../models/ui/form.ts'

const box =
  'w-full rounded-sm border bg-surface px-3 text-base transition-colors hover:border-edge focus-visible:outline-offset-0 aria-invalid:border-danger border-edge/70'

interface FrameProps {
  label: string
  help?: string
  error?: string
  optional?: boolean
  children(attributes: { id: string; 'aria-invalid'?: true; 'aria-describedby'?: string }): ComponentChildren
}

/** A label above the field, help and error below it, linked by aria-describedby. */
export function FieldFrame({ label, help, error, optional, children }: FrameProps) {
  const id = useId()
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div class="grid gap-1.5">
      <label for={id} class="text-sm font-medium">
        {label}
        {optional && <span class="font-normal text-soft"> {t().common.optional}</span>}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described || undefined })}
      {help && (
        <p id={`${id}-help`} class="text-xs text-soft">
          {help}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} class="flex gap-1.5 text-sm text-danger">
          <span class="mt-0.5 icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
          {error}
        </p>
      )}
    </div>
  )
}

interface BoundProps<Name extends string> {
  form: Pick<Form<Name>, 'values' | 'errors' | 'change'>
  name: Name
  label: string
  help?: string
  optional?: boolean
}

interface InputProps<Name extends string> extends BoundProps<Name> {
  type?: 'text' | 'email' | 'tel' | 'datetime-local'
  autocomplete?: string
  inputMode?: 'decimal' | 'numeric'
  min?: string
}

/** A single-line input, bound to one field of a form. */
export function TextField<Name extends string>({
  form,
  name,
  label,
  help,
  optional,
  type,
  ...input
}: InputProps<Name>) {
  return (
    <FieldFrame label={label} help={help} optional={optional} error={form.errors.value[name]}>
      {(attributes) => {
        const all = { ...input, ...attributes, ...bound(form, name), class: `${box} hit` }
        switch (type) {
          case 'email':
            return <input {...all} type="email" />
          case 'tel':
            return <input {...all} type="tel" />
          case 'datetime-local':
            return <input {...all} type="datetime-local" />
          default:
            return <input {...all} dir="auto" />
        }
      }}
    </FieldFrame>
  )
}

function bound<Name extends string>(form: BoundProps<Name>['form'], name: Name) {
  const value = form.values.value[name]
  return {
    name,
    // An empty one is not set again: a password manager may have filled the input without an event (models/ui/form.ts, `read`).
    ...(value && { value }),
    onInput: (event: InputEvent & { currentTarget: HTMLInputElement }) => form.change(name, event.currentTarget.value),
  }
}

/** A password input with a button that shows the password. */
export function PasswordField<Name extends string>({ form, name, label, help, autocomplete }: InputProps<Name>) {
  const [shown, setShown] = useState(false)
  return (
    <FieldFrame label={label} help={help} error={form.errors.value[name]}>
      {(attributes) => {
        const all = { ...attributes, ...bound(form, name), autocomplete, class: `${box} hit pe-12` }
        return (
          <div class="relative">
            {shown ? <input {...all} autocapitalize="off" spellcheck={false} /> : <input {...all} type="password" />}
            <button
              type="button"
              aria-label={t().components.showPassword}
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
              class="absolute inset-y-0 end-0 grid w-11 place-items-center rounded-sm text-soft hover:text-ink"
            >
              <span class={`${shown ? 'icon-[lucide--eye-off]' : 'icon-[lucide--eye]'} size-5`} aria-hidden="true" />
            </button>
          </div>
        )
      }}
    </FieldFrame>
  )
}

/** A multi-line input that grows with its content. */
export function TextArea<Name extends string>({ form, name, label, help, optional }: BoundProps<Name>) {
  return (
    <FieldFrame label={label} help={help} optional={optional} error={form.errors.value[name]}>
      {(attributes) => (
        <textarea
          dir="auto"
          rows={2}
          {...attributes}
          name={name}
          value={form.values.value[name]}
          onInput={(event) => form.change(name, event.currentTarget.value)}
          class={`${box} field-sizing-content min-h-18 py-2.5`}
        />
      )}
    </FieldFrame>
  )
}

/** The error of the form as a whole. */
export function FormProblem({ form }: { form: { problem: Form<string>['problem'] } }) {
  if (!form.problem.value) return null
  return (
    <p role="alert" class="flex gap-2 rounded-sm bg-danger-soft px-3 py-2.5 text-sm text-danger">
      <span class="mt-0.5 icon-[lucide--circle-alert] size-4 shrink-0" aria-hidden="true" />
      {form.problem.value}
    </p>
  )
}
