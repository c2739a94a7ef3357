import { useState } from 'preact/hooks'
import type { Order } from '#shared/orders.ts'
import { ChangeUser, CreateUser, type User } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem, PasswordField, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createForm, type Form as FormModel } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { openJobsIn, type Users } from '../../models/admin/users.ts'
import { ConfirmBreak, useConfirmBreak } from './confirm-break.tsx'
import { OpenJobsChoice } from './open-jobs-choice.tsx'

interface Props {
  users: Users
  onClose(): void
}

/** Creates a vendor or an admin. Customers register themselves. */
export function CreateUserDialog({ users, onClose }: Props) {
  const { me } = useWorkspace()
  const [form] = useState(() =>
    createForm({ name: '', email: '', password: '', role: 'vendor' }, { draft: `${me.id}.person` }),
  )

  async function submit() {
    await form.submit(CreateUser, form.values.value, async (user) => {
      await users.create(user)
      showNotice(t().admin.canSignIn(user.name))
      onClose()
    })
  }

  return (
    <Dialog title={t().common.addPerson} onClose={onClose} onDiscard={form.reset}>
      <Form form={form} onSubmit={submit}>
        <Segmented<'vendor' | 'admin'>
          label={t().admin.role}
          value={form.values.value.role === 'admin' ? 'admin' : 'vendor'}
          onChange={(role) => form.change('role', role)}
          options={[
            { value: 'vendor', label: t().roles.vendor },
            { value: 'admin', label: t().roles.admin },
          ]}
        />
        <TextField form={form} name="name" label={t().common.name} autocomplete="off" />
        <TextField form={form} name="email" label={t().common.email} type="email" autocomplete="off" />
        <PasswordField
          form={form}
          name="password"
          label={t().common.password}
          help={t().common.passwordHelp}
          autocomplete="new-password"
        />
        <Send form={form}>{t().common.add}</Send>
      </Form>
    </Dialog>
  )
}

export function PasswordDialog({ users, user, onClose }: Props & { user: User }) {
  const [form] = useState(() => createForm({ password: '' }))

  async function submit() {
    await form.submit(ChangeUser, form.values.value, async (change) => {
      await users.change(user.id, change)
      showNotice(t().admin.newPasswordSet(user.name))
      onClose()
    })
  }

  return (
    <Dialog title={t().admin.setNewPassword} onClose={onClose}>
      <Form form={form} onSubmit={submit}>
        <p class="-mt-3 text-sm text-soft">
          <RichText text={t().admin.newPasswordFor} parts={{ name: <bdi>{user.name}</bdi> }} />
        </p>
        <PasswordField
          form={form}
          name="password"
          label={t().admin.newPassword}
          help={t().common.passwordHelp}
          autocomplete="new-password"
        />
        <Send form={form}>{t().admin.setPassword}</Send>
      </Form>
    </Dialog>
  )
}

export function ActiveDialog({ users, user, onClose }: Props & { user: User }) {
  const [form] = useState(() => createForm({ openJobs: '' }))
  const [jobs, setJobs] = useState<readonly Order[] | null>(null)
  const reassignTo = form.values.value.openJobs
  const { asked, confirm } = useConfirmBreak(jobs && reassignTo)
  const { account } = t().admin

  async function submit() {
    if (!confirm()) return
    const body = { active: !user.active, ...(jobs && { openJobs: reassignTo ? { reassignTo } : 'release' }) }
    await form.submit(ChangeUser, body, async (change) => {
      try {
        await users.change(user.id, change)
      } catch (error) {
        const found = openJobsIn(error)
        if (!found) throw error
        return setJobs(found)
      }
      showNotice(user.active ? account.deactivated(user.name) : account.activated(user.name))
      onClose()
    })
  }

  return (
    <Dialog title={user.active ? account.deactivateQuestion : account.activateQuestion} onClose={onClose}>
      <Form form={form} onSubmit={submit}>
        <p class="-mt-3 text-sm text-soft">
          <RichText
            text={user.active ? account.deactivateHelp : account.activateHelp}
            parts={{ name: <bdi>{user.name}</bdi> }}
          />
        </p>
        {jobs && <OpenJobsChoice user={user} jobs={jobs} form={form} />}
        {asked && <ConfirmBreak vendor={asked} />}
        <Send form={form}>
          {user.active ? (asked ? account.deactivateAnyway : account.deactivate) : account.activate}
        </Send>
      </Form>
    </Dialog>
  )
}

function Send({ form, children }: { form: Pick<FormModel<string>, 'problem' | 'sending'>; children: string }) {
  return (
    <>
      <FormProblem form={form} />
      <Button type="submit" variant="primary" busy={form.sending.value} class="min-h-12">
        {children}
      </Button>
    </>
  )
}
