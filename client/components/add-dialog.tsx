import type { ComponentChildren } from 'preact'
import { t } from '../i18n/index.ts'
import type { Form as FormModel } from '../models/ui/form.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { FormProblem } from './field.tsx'
import { Form } from './form.tsx'

interface Props {
  title: string
  form: Pick<FormModel<string>, 'errors' | 'read' | 'problem' | 'sending' | 'reset'>
  onSubmit(): Promise<unknown> | void
  onClose(): void
  children: ComponentChildren
}

/** A dialog with a form that adds what its fields describe. */
export function AddDialog({ title, form, onSubmit, onClose, children }: Props) {
  return (
    <Dialog title={title} onClose={onClose} onDiscard={form.reset}>
      <Form form={form} onSubmit={onSubmit}>
        {children}
        <FormProblem form={form} />
        <Button type="submit" variant="primary" busy={form.sending.value} class="min-h-12">
          {t().common.add}
        </Button>
      </Form>
    </Dialog>
  )
}
