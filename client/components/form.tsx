import { useEffect, useRef } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import type { Form as FormModel } from '../models/ui/form.ts'

interface Props {
  form: Pick<FormModel<string>, 'errors'>
  onSubmit(): Promise<unknown> | void
  class?: string
  children: ComponentChildren
}

/** A form that focuses the first invalid field after a submission. */
export function Form({ form, onSubmit, class: extra = 'grid gap-5', children }: Props) {
  const element = useRef<HTMLFormElement>(null)
  const submitted = useRef(false)
  const errors = form.errors.value

  useEffect(() => {
    // Only for errors of a submission: an error that disappears while the person types must not move the focus.
    if (!submitted.current) return
    submitted.current = false
    element.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [errors])

  return (
    <form
      ref={element}
      noValidate
      class={extra}
      onSubmit={(event) => {
        event.preventDefault()
        submitted.current = true
        void Promise.resolve(onSubmit()).finally(() => (submitted.current = false))
      }}
    >
      {children}
    </form>
  )
}
