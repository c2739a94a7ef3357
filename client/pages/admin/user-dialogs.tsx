import { useState } from 'preact/hooks'
import { ChangeUser, CreateUser, type User } from '#shared/users.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem, PasswordField, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { createForm, type Form as FormModel } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'
import type { Users } from '../../models/admin/users.ts'

interface Props {
  users: Users
  onClose(): void
}

/** A vendor or an admin; customers register themselves. */
export function CreateUserDialog({ users, onClose }: Props) {
  const [form] = useState(() => createForm({ name: '', email: '', password: '' }))
  const [role, setRole] = useState<'vendor' | 'admin'>('vendor')

  async function submit() {
    const body = { ...form.values.value, role }
    await form.submit(CreateUser, body, async (user) => {
      await users.create(user)
      showNotice(`${user.name} can sign in now.`)
      onClose()
    })
  }

  return (
    <Dialog title="Add a person" onClose={onClose}>
      <Form form={form} onSubmit={submit}>
        <Segmented<'vendor' | 'admin'>
          label="Role"
          value={role}
          onChange={setRole}
          options={[
            { value: 'vendor', label: 'Vendor' },
            { value: 'admin', label: 'Admin' },
          ]}
        />
        <TextField form={form} name="name" label="Name" autocomplete="off" />
        <TextField form={form} name="email" label="E-mail" type="email" autocomplete="off" />
        <PasswordField
          form={form}
          name="password"
          label="Password"
          help="8 characters or more"
          autocomplete="new-password"
        />
        <Send form={form}>Add</Send>
      </Form>
    </Dialog>
  )
}

export function PasswordDialog({ users, user, onClose }: Props & { user: User }) {
  const [form] = useState(() => createForm({ password: '' }))

  async function submit() {
    await form.submit(ChangeUser, form.values.value, async (change) => {
      await users.change(user.id, change)
      showNotice(`${user.name} has a new password.`)
      onClose()
    })
  }

  return (
    <Dialog title="Set a new password" onClose={onClose}>
      <Form form={form} onSubmit={submit}>
        <p class="-mt-3 text-sm text-soft">
          For <bdi>{user.name}</bdi>. Tell them in person; it is not shown again.
        </p>
        <PasswordField
          form={form}
          name="password"
          label="New password"
          help="8 characters or more"
          autocomplete="new-password"
        />
        <Send form={form}>Set password</Send>
      </Form>
    </Dialog>
  )
}

export function ActiveDialog({ users, user, onClose }: Props & { user: User }) {
  const [form] = useState(() => createForm({}))

  async function submit() {
    await form.submit(ChangeUser, { active: !user.active }, async (change) => {
      await users.change(user.id, change)
      showNotice(user.active ? `${user.name} is signed out everywhere.` : `${user.name} can sign in again.`)
      onClose()
    })
  }

  return (
    <Dialog title={user.active ? 'Deactivate this account?' : 'Activate this account?'} onClose={onClose}>
      <Form form={form} onSubmit={submit}>
        <p class="-mt-3 text-sm text-soft">
          <bdi>{user.name}</bdi>{' '}
          {user.active
            ? 'is signed out everywhere at once and cannot sign in. Nothing is deleted.'
            : 'can sign in again with the same password.'}
        </p>
        <Send form={form}>{user.active ? 'Deactivate' : 'Activate'}</Send>
      </Form>
    </Dialog>
  )
}

function Send({ form, children }: { form: Pick<FormModel<string>, 'problem' | 'sending'>; children: string }) {
  return (
    <>
      <FormProblem form={form} />
      <Button type="submit" look="primary" busy={form.sending.value} class="min-h-12">
        {children}
      </Button>
    </>
  )
}
