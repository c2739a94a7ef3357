import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { Button } from '../../components/button.tsx'
import { FormProblem } from '../../components/field.tsx'
import type { Form } from '../../models/ui/form.ts'

/** One part of the account page. */
export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  const id = useId()
  return (
    <section aria-labelledby={id} class="grid gap-4">
      <h2 id={id} class="font-semibold">
        {title}
      </h2>
      {children}
    </section>
  )
}

/** The end of each form. */
export function Submit({ form, children }: { form: Pick<Form<string>, 'problem' | 'sending'>; children: string }) {
  return (
    <>
      <FormProblem form={form} />
      <Button type="submit" busy={form.sending.value} class="min-h-12 justify-self-start">
        {children}
      </Button>
    </>
  )
}
