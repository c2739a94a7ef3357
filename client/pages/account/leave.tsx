import { useState } from 'preact/hooks'
import { EraseAccount } from '#shared/erasure.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { DownloadData } from '../../components/download-data.tsx'
import { FormProblem, PasswordField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { eraseAccount } from '../../models/account/leaving.ts'
import { signOut } from '../../models/session/session.ts'
import { createForm } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { Section } from './section.tsx'

/** The person's data as a file, and the end of the account. */
export function Leave() {
  const [open, setOpen] = useState(false)
  return (
    <Section title={t().erasure.title}>
      <DownloadData />
      <Button variant="danger" class="justify-self-start" onClick={() => setOpen(true)}>
        {t().erasure.eraseOwn}
      </Button>
      {open && <EraseDialog onClose={() => setOpen(false)} />}
    </Section>
  )
}

function EraseDialog({ onClose }: { onClose(): void }) {
  const { api } = useWorkspace()
  const [form] = useState(() => createForm({ password: '' }))

  async function submit() {
    await form.submit(EraseAccount, form.values.value, async (input) => {
      await eraseAccount(api, input)
      showNotice(t().erasure.erasedOwn)
      await signOut()
    })
  }

  return (
    <Dialog title={t().erasure.eraseOwnQuestion} onClose={onClose}>
      <Form form={form} onSubmit={submit}>
        <p class="text-soft">{t().erasure.ownHelp}</p>
        <PasswordField
          form={form}
          name="password"
          label={t().account.currentPassword}
          autocomplete="current-password"
        />
        <FormProblem form={form} />
        <Button type="submit" variant="danger" busy={form.sending.value} class="min-h-12">
          {t().erasure.eraseOwn}
        </Button>
      </Form>
    </Dialog>
  )
}
