import { useState } from 'preact/hooks'
import { Invite, type HandedLink } from '#shared/accounts.ts'
import { roles, type Role } from '#shared/actors.ts'
import type { User } from '#shared/users.ts'
import * as z from 'zod/mini'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Copyable } from '../../components/copyable.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { FormProblem, TextField } from '../../components/field.tsx'
import { Form } from '../../components/form.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { useWorkspace } from '../../components/workspace-context.ts'
import type { Users } from '../../models/admin/users.ts'
import { createForm, type Form as FormModel } from '../../models/ui/form.ts'

interface Props {
  users: Users
  onClose(): void
}

/** Invites a person, who chooses the password. */
export function InviteDialog({ users, onClose }: Props) {
  const { me } = useWorkspace()
  const [form] = useState(() => createForm({ name: '', email: '', role: 'vendor' }, { draft: `${me.id}.person` }))
  const [link, setLink] = useState<HandedLink | null>(null)
  const submit = () =>
    form.submit(Invite, form.values.value, async (person) => {
      setLink(await users.invite(person))
    })
  const { name, email } = form.values.value
  return (
    <Dialog title={link ? t().invitations.ready : t().common.addPerson} onClose={onClose} onDiscard={form.reset}>
      {link ? (
        <Link link={link} name={name} email={email} />
      ) : (
        <Form form={form} onSubmit={submit}>
          <p class="-mt-3 text-sm text-soft">{t().invitations.inviteHelp}</p>
          <Segmented<Role>
            label={t().admin.role}
            value={roles.find((role) => role === form.values.value.role) ?? 'vendor'}
            onChange={(role) => form.change('role', role)}
            options={(['vendor', 'admin', 'customer'] as const).map((value) => ({ value, label: t().roles[value] }))}
          />
          <TextField form={form} name="name" label={t().common.name} autocomplete="off" />
          <TextField form={form} name="email" label={t().common.email} type="email" autocomplete="off" />
          <Send form={form}>{t().invitations.invite}</Send>
        </Form>
      )}
    </Dialog>
  )
}

/** Makes a link by which a person chooses a new password. */
export function ResetLinkDialog({ users, user, onClose }: Props & { user: User }) {
  const [form] = useState(() => createForm({}))
  const [link, setLink] = useState<HandedLink | null>(null)
  return (
    <Dialog title={link ? t().invitations.ready : t().invitations.resetQuestion} onClose={onClose}>
      {link ? (
        <Link link={link} name={user.name} email={user.email} />
      ) : (
        <Form
          form={form}
          onSubmit={() => form.submit(z.object({}), {}, async () => setLink(await users.resetLink(user.id)))}
        >
          <p class="-mt-3 text-sm text-soft">
            <RichText text={t().invitations.resetHelp} parts={{ name: <bdi>{user.name}</bdi> }} />
          </p>
          <Send form={form}>{t().invitations.resetMake}</Send>
        </Form>
      )}
    </Dialog>
  )
}

interface LinkProps {
  link: HandedLink
  name: string
  email: string
}

/** A link to hand over: it is shown until the dialog closes. */
export const LinkDialog = ({ onClose, ...link }: LinkProps & { onClose(): void }) => (
  <Dialog title={t().invitations.ready} onClose={onClose}>
    <Link {...link} />
  </Dialog>
)

function Link({ link, name, email }: LinkProps) {
  return (
    <>
      <p class="-mt-3 text-sm text-soft">
        <RichText text={t().invitations.linkFor} parts={{ name: <bdi>{name}</bdi> }} />{' '}
        {link.mailed && t().invitations.mailedTo(email)}
      </p>
      <Copyable text={link.url} label={t().invitations.copyLink} />
    </>
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
