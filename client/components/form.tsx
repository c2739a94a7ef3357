import { useEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { t } from '../i18n/index.ts'
import type { Form as FormModel } from '../models/ui/form.ts'

interface Props {
  form: Pick<FormModel<string>, 'errors' | 'read'>
  onSubmit(): Promise<unknown> | void
  class?: string
  children: ComponentChildren
}

/** A form that focuses the first invalid field after a submission, and lists the invalid fields when there are several. */
export function Form({ form, onSubmit, class: extra = 'grid gap-5', children }: Props) {
  const element = useRef<HTMLFormElement>(null)
  const submitted = useRef(false)
  const [invalid, setInvalid] = useState<readonly HTMLInputElement[]>([])
  const errors = form.errors.value

  useEffect(() => {
    const fields = [...(element.current?.querySelectorAll<HTMLInputElement>('[aria-invalid]') ?? [])]
    setInvalid(fields)
    // Only for errors of a submission: an error that disappears while the person types must not move the focus.
    if (!submitted.current || !fields[0]) return
    submitted.current = false
    fields[0].focus()
  }, [errors])

  return (
    <form
      ref={element}
      noValidate
      // Without a script the browser sends what was typed in the body, never in the address.
      method="post"
      class={extra}
      onInput={() => (submitted.current = false)}
      onSubmit={(event) => {
        event.preventDefault()
        form.read(new FormData(event.currentTarget))
        submitted.current = true
        void onSubmit()
      }}
    >
      {invalid.length > 1 && (
        <div role="alert" class="grid gap-1 rounded-sm bg-danger-soft px-3 py-2.5 text-sm text-danger">
          <p>{t().fields.several(invalid.length)}</p>
          <ul class="flex flex-wrap gap-x-4">
            {invalid.map((field) => (
              <li key={field.id}>
                <button type="button" onClick={() => field.focus()} class="min-h-9 font-medium underline">
                  {field.labels?.[0]?.firstChild?.textContent}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
      {children}
    </form>
  )
}
