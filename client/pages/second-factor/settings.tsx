import { useEffect, useState } from 'preact/hooks'
import { ChangeSecondFactor, StartSecondFactor } from '#shared/second-factor.ts'
import { Button } from '../../components/button.tsx'
import { FormProblem, PasswordField, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { Failed, Skeleton } from '../../components/list-states.tsx'
import { t } from '../../i18n/index.ts'
import type { Api } from '../../live/api.ts'
import { createSecondFactor, type SecondFactor } from '../../models/session/second-factor.ts'
import { createForm } from '../../models/ui/form.ts'
import { RecoveryCodeList } from './recovery-codes.tsx'
import { ScanStep } from './scan-step.tsx'

/** Sets up the second factor, or turns it off. */
export function SecondFactorSettings({ api }: { api: Api }) {
  const [factor] = useState(() => createSecondFactor(api))
  useEffect(() => void factor.load(), [factor])
  const state = factor.state.value
  if (factor.recoveryCodes.value.length > 0) return <RecoveryCodeList factor={factor} />
  if (factor.started.value) return <ScanStep factor={factor} started={factor.started.value} />
  if (factor.error.value !== null) return <Failed message={factor.error.value} onRetry={() => void factor.load()} />
  if (!state) return <Skeleton rows={2} class="h-20" />
  return state.on ? <TurnedOn factor={factor} /> : <TurnedOff factor={factor} />
}

function TurnedOff({ factor }: { factor: SecondFactor }) {
  const [form] = useState(() => createForm({ password: '' }))
  const start = ({ password }: { password: string }) => factor.start(password)
  return (
    <Form form={form} onSubmit={() => form.submit(StartSecondFactor, form.values.value, start)}>
      <p class="text-soft">{factor.state.value?.required ? t().secondFactor.requiredHelp : t().secondFactor.offHelp}</p>
      <PasswordField form={form} name="password" label={t().common.password} autocomplete="current-password" />
      <FormProblem form={form} />
      <Button type="submit" variant="primary" busy={form.sending.value}>
        {t().secondFactor.setUp}
      </Button>
    </Form>
  )
}

function TurnedOn({ factor }: { factor: SecondFactor }) {
  const [form] = useState(() => createForm({ password: '', code: '' }))
  const state = factor.state.value
  const submit = (send: (change: ChangeSecondFactor) => Promise<void>) =>
    form.submit(ChangeSecondFactor, form.values.value, send)
  return (
    <Form form={form} onSubmit={() => submit(factor.renewRecoveryCodes)}>
      <p class="flex items-center gap-2 font-medium">
        <span class="icon-[lucide--shield-check] size-5 text-accent" aria-hidden="true" />
        {t().secondFactor.isOn}
      </p>
      <p class="text-soft">{t().secondFactor.codesLeft(state?.recoveryCodes ?? 0)}</p>
      <PasswordField form={form} name="password" label={t().common.password} autocomplete="current-password" />
      <TextField
        form={form}
        name="code"
        label={t().secondFactor.code}
        help={t().secondFactor.stepHelp}
        autocomplete="one-time-code"
      />
      <FormProblem form={form} />
      <div class="flex flex-wrap gap-3">
        <Button type="submit" busy={form.sending.value}>
          {t().secondFactor.newCodes}
        </Button>
        {!state?.required && (
          <Button variant="danger" disabled={form.sending.value} onClick={() => void submit(factor.turnOff)}>
            {t().secondFactor.turnOff}
          </Button>
        )}
      </div>
    </Form>
  )
}
