import { useState } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { Register as Details } from '#shared/users.ts'
import { Button } from '../../components/button.tsx'
import { FormProblem, PasswordField, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { createForm } from '../../models/ui/form.ts'
import { register } from '../../models/session/session.ts'
import { AuthFrame, linkLook } from './frame.tsx'

export default function Register() {
  const { query } = useLocation()
  const [form] = useState(() => createForm({ name: '', email: '', password: '' }))
  const next = query.next ? `?next=${encodeURIComponent(query.next)}` : ''

  return (
    <AuthFrame
      title="Create an account"
      other={
        <>
          Have one already?{' '}
          <a href={`/sign-in${next}`} class={linkLook}>
            Sign in
          </a>
        </>
      }
    >
      <Form form={form} onSubmit={() => form.submit(Details, form.values.value, register)}>
        <TextField form={form} name="name" label="Your name" autocomplete="name" />
        <TextField form={form} name="email" label="E-mail" type="email" autocomplete="username" />
        <PasswordField
          form={form}
          name="password"
          label="Password"
          help="8 characters or more; long is better than clever"
          autocomplete="new-password"
        />
        <FormProblem form={form} />
        <Button type="submit" look="primary" size="thumb" busy={form.sending.value}>
          Create account
        </Button>
      </Form>
    </AuthFrame>
  )
}
