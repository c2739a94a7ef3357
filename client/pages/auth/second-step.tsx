import { useState } from 'preact/hooks'
import { ConfirmSecondFactor } from '#shared/second-factor.ts'
import { Button } from '../../components/button.tsx'
import { FormProblem, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { t } from '../../i18n/index.ts'
import { answerChallenge } from '../../models/session/second-factor.ts'
import { createForm } from '../../models/ui/form.ts'
import { AuthFrame, linkClass } from './frame.tsx'

/** Asks for the code after the password. `onBack`: to the password again. */
export function SecondStep({ challenge, onBack }: { challenge: string; onBack(): void }) {
  const [form] = useState(() => createForm({ code: '' }))
  const answer = ({ code }: { code: string }) => answerChallenge(challenge, code)
  const back = (
    <button type="button" onClick={onBack} class={linkClass}>
      {t().secondFactor.back}
    </button>
  )
  return (
    <AuthFrame title={t().secondFactor.stepTitle} other={back}>
      <Form form={form} onSubmit={() => form.submit(ConfirmSecondFactor, form.values.value, answer)}>
        <TextField
          form={form}
          name="code"
          label={t().secondFactor.code}
          help={t().secondFactor.stepHelp}
          autocomplete="one-time-code"
        />
        <FormProblem form={form} />
        <Button type="submit" variant="primary" size="thumb" busy={form.sending.value}>
          {t().common.signIn}
        </Button>
      </Form>
    </AuthFrame>
  )
}
