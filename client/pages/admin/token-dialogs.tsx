import { useState } from 'preact/hooks'
import { CreateApiToken, type ApiToken } from '#shared/api-tokens.ts'
import { t } from '../../i18n/index.ts'
import { AddDialog } from '../../components/add-dialog.tsx'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { TextField } from '../../components/field.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import type { Tokens } from '../../models/admin/tokens.ts'
import { now } from '../../models/sync/clock.ts'
import { createForm } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'

const kinds = {
  dashboard: { scope: 'dashboard', contact: true },
  withoutContact: { scope: 'dashboard', contact: false },
  integration: { scope: 'integration', contact: true },
}

/** In days; 0 is never. */
const lifetimes = [0, 30, 90, 365] as const

interface Props {
  model: Tokens
  onClose(): void
}

export function AddTokenDialog({ model, onClose }: Props) {
  const { me } = useWorkspace()
  const [form] = useState(() => {
    const values = { name: '', kind: 'dashboard', days: '0' }
    return createForm(values, { draft: `${me.id}.token`, paths: { days: 'expiresAt' } })
  })
  function submit() {
    const { name, kind, days } = form.values.value
    const chosen = Object.entries(kinds).find(([key]) => key === kind)?.[1]
    const end = now.value + Number(days) * 24 * 3_600_000
    const expiresAt = days === '0' ? null : new Date(end).toISOString()
    return form.submit(CreateApiToken, { name, ...chosen, expiresAt }, async (input) => {
      await model.create(input)
      onClose()
    })
  }
  const { scopes, withoutContact } = t().tokens
  return (
    <AddDialog title={t().tokens.add} form={form} onSubmit={submit} onClose={onClose}>
      <TextField form={form} name="name" label={t().common.name} help={t().tokens.nameHelp} />
      <SelectField
        form={form}
        name="kind"
        label={t().tokens.may}
        options={[
          { value: 'dashboard', label: scopes.dashboard },
          { value: 'withoutContact', label: withoutContact },
          { value: 'integration', label: scopes.integration },
        ]}
      />
      <SelectField
        form={form}
        name="days"
        label={t().tokens.valid}
        options={lifetimes.map((days) => ({ value: String(days), label: t().tokens.days(days) }))}
      />
    </AddDialog>
  )
}

export function RevokeTokenDialog({ model, token, onClose }: Props & { token: ApiToken }) {
  async function revoke() {
    await model.revoke(token.id)
    showNotice(t().devices.revoked(token.name))
  }
  return (
    <ConfirmDialog
      title={t().tokens.revokeQuestion}
      button={t().common.revoke}
      variant="danger"
      onConfirm={revoke}
      onClose={onClose}
    >
      <RichText text={t().tokens.revokeHelp} parts={{ name: <bdi class="font-medium">{token.name}</bdi> }} />
    </ConfirmDialog>
  )
}
