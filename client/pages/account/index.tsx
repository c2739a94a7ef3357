import { useModel } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { Failed, Skeleton } from '../../components/list-states.tsx'
import { Page } from '../../components/page.tsx'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { AccountModel } from '../../models/account/account.ts'
import { renew } from '../../models/session/session.ts'
import { Addresses } from './addresses.tsx'
import { EmailForm } from './email-form.tsx'
import { Leave } from './leave.tsx'
import { PasswordForm } from './password-form.tsx'
import { ProfileForm } from './profile-form.tsx'
import { Sessions } from './sessions.tsx'

/** The person's own account: profile, addresses, password, sessions. */
export default function AccountPage() {
  useTitle(t().account.title)
  const { me, api } = useWorkspace()
  const model = useModel(() => new AccountModel({ api, renew }))
  useEffect(() => void model.load(), [model])
  useRetryWhenBack(model.error.value !== null, () => void model.load())
  const profile = model.profile.value

  return (
    <Page width={me.role === 'admin' ? 'vendor' : me.role}>
      <h1 class="mb-5 text-lg font-semibold">{t().account.title}</h1>
      {profile === null &&
        (model.error.value === null ? (
          <Skeleton rows={3} />
        ) : (
          <Failed message={model.error.value} onRetry={() => void model.load()} />
        ))}
      {profile && (
        <div class="grid gap-10">
          <ProfileForm model={model} profile={profile} />
          {me.role === 'customer' && <Addresses model={model} addresses={profile.addresses} />}
          <EmailForm model={model} profile={profile} />
          <PasswordForm model={model} profile={profile} />
          <Sessions model={model} />
          <Leave />
        </div>
      )}
    </Page>
  )
}
