import { useState } from 'preact/hooks'
import { ChangePassword, type Profile } from '#shared/accounts.ts'
import { t } from '../../i18n/index.ts'
import { PasswordField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import StrengthMeter from '../../components/strength-meter.tsx'
import type { AccountModel } from '../../models/account/account.ts'
import { createForm } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { Section, Submit } from './section.tsx'

export function PasswordForm({ model, profile: { user } }: { model: AccountModel; profile: Profile }) {
  const [form] = useState(() => createForm({ current: '', password: '' }))

  async function submit() {
    await form.submit(ChangePassword, form.values.value, async (change) => {
      await model.changePassword(change)
      showNotice(t().account.passwordChanged)
      form.reset()
    })
  }

  return (
    <Section title={t().common.password}>
      <Form form={form} onSubmit={submit}>
        <p class="-mt-3 text-sm text-soft">{t().account.endOthersHelp}</p>
        {/* For password managers. */}
        <input type="email" name="username" autocomplete="username" value={user.email} readOnly hidden />
        <PasswordField form={form} name="current" label={t().account.currentPassword} autocomplete="current-password" />
        <PasswordField
          form={form}
          name="password"
          label={t().account.newPassword}
          help={t().auth.passwordHelp}
          autocomplete="new-password"
        />
        <StrengthMeter password={form.values.value.password} about={[user.email, user.name]} />
        <Submit form={form}>{t().account.changePassword}</Submit>
      </Form>
    </Section>
  )
}
