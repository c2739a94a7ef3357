import { useState } from 'preact/hooks'
import { ChangeProfile, type Profile } from '#shared/accounts.ts'
import { languages, nameOf, t } from '../../i18n/index.ts'
import { TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { SelectField } from '../../components/select-field.tsx'
import type { AccountModel } from '../../models/account/account.ts'
import { createForm } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { Section, Submit } from './section.tsx'

export function ProfileForm({ model, profile }: { model: AccountModel; profile: Profile }) {
  const { user, phone, language } = profile
  const [form] = useState(() => createForm({ name: user.name, phone: phone ?? '', language: language ?? '' }))

  async function submit() {
    const { name, phone: number, language: tag } = form.values.value
    const body = { name, phone: number.trim() || null, language: tag || null }
    await form.submit(ChangeProfile, body, async (change) => {
      await model.change(change)
      showNotice(t().account.saved)
    })
  }

  return (
    <Section title={t().account.profile}>
      <Form form={form} onSubmit={submit}>
        <TextField
          form={form}
          name="name"
          label={t().common.name}
          help={t().account.initialsHelp}
          autocomplete="name"
        />
        <TextField form={form} name="phone" label={t().common.phone} type="tel" optional autocomplete="tel" />
        <SelectField
          form={form}
          name="language"
          label={t().account.mailLanguage}
          options={[
            { value: '', label: t().account.mailLanguageBrowser },
            ...languages.map((tag) => ({ value: tag, label: nameOf(tag) })),
          ]}
        />
        <Submit form={form}>{t().account.save}</Submit>
      </Form>
    </Section>
  )
}
