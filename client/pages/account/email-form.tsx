import { useState } from 'preact/hooks'
import { ChangeProfile, type Profile } from '#shared/accounts.ts'
import { t } from '../../i18n/index.ts'
import { ConfirmEmail } from '../../components/confirm-email.tsx'
import { PasswordField, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { RichText } from '../../components/rich-text.tsx'
import type { AccountModel } from '../../models/account/account.ts'
import { createForm } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { Section, Submit } from './section.tsx'

/** A new e-mail address takes effect once the link that is sent to it is opened. */
export function EmailForm({ model, profile }: { model: AccountModel; profile: Profile }) {
  const { user, pendingEmail, canChangeEmail, mustConfirmEmail } = profile
  const [form] = useState(() => createForm({ email: '', current: '' }))

  async function submit() {
    await form.submit(ChangeProfile, form.values.value, async (change) => {
      await model.change(change)
      showNotice(t().account.confirmSent(change.email ?? ''))
      form.reset()
    })
  }

  return (
    <Section title={t().common.email}>
      <p>{user.email}</p>
      {mustConfirmEmail && <ConfirmEmail email={user.email} onReturn={model.load} />}
      {pendingEmail && (
        <p role="status" class="rounded-sm bg-sunken px-3 py-2.5 text-sm">
          <RichText text={t().account.waitingFor} parts={{ email: <bdi>{pendingEmail}</bdi> }} />
        </p>
      )}
      {canChangeEmail ? (
        <Form form={form} onSubmit={submit}>
          <TextField form={form} name="email" label={t().account.newEmail} type="email" autocomplete="email" />
          <PasswordField
            form={form}
            name="current"
            label={t().account.currentPassword}
            autocomplete="current-password"
          />
          <Submit form={form}>{t().account.changeEmail}</Submit>
        </Form>
      ) : (
        <p class="text-sm text-soft">{t().account.noMail}</p>
      )}
    </Section>
  )
}
