import { useState } from 'preact/hooks'
import type { Order } from '#shared/orders.ts'
import { ChangeUser } from '#shared/user-input.ts'
import type { User } from '#shared/users.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { createForm, type Form as FormModel } from '../../models/ui/form.ts'
import { showNotice } from '../../models/ui/notices.ts'
import { openJobsIn, type Users } from '../../models/admin/users.ts'
import { ConfirmBreak, useConfirmBreak } from './confirm-break.tsx'
import { OpenJobsChoice } from './open-jobs-choice.tsx'

interface Props {
  users: Users
  onClose(): void
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
