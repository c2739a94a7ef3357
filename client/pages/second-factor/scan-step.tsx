import { useState } from 'preact/hooks'
import { ConfirmSecondFactor, type StartedSecondFactor } from '#shared/second-factor.ts'
import { Button } from '../../components/button.tsx'
import { FormProblem, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { QrCode } from '../../components/qr-code.tsx'
import { t } from '../../i18n/index.ts'
import type { SecondFactor } from '../../models/session/second-factor.ts'
import { createForm } from '../../models/ui/form.ts'

/** The secret for the app, and the first code. */
export function ScanStep({ factor, started }: { factor: SecondFactor; started: StartedSecondFactor }) {
  const [form] = useState(() => createForm({ code: '' }))
  const confirm = ({ code }: { code: string }) => factor.confirm(code)
  return (
    <Form form={form} onSubmit={() => form.submit(ConfirmSecondFactor, form.values.value, confirm)}>
      <p class="text-soft">{t().secondFactor.scan}</p>
      <QrCode text={started.uri} label={t().secondFactor.qrCode} />
      <p class="text-sm text-soft">
        <a href={started.uri} class="font-medium text-accent underline underline-offset-4">
          {t().secondFactor.openApp}
        </a>
      </p>
      <div class="text-sm">
        <p class="text-soft">{t().secondFactor.typeSecret}</p>
        <p class="font-mono select-all" dir="ltr">
          {started.secret.match(/.{1,4}/g)?.join(' ')}
        </p>
      </div>
      <TextField
        form={form}
        name="code"
        label={t().secondFactor.code}
        help={t().secondFactor.firstCodeHelp}
        autocomplete="one-time-code"
        inputMode="numeric"
      />
      <FormProblem form={form} />
      <Button type="submit" variant="primary" busy={form.sending.value}>
        {t().secondFactor.turnOn}
      </Button>
    </Form>
  )
}
