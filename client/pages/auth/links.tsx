import { useLocation } from 'preact-iso/router'
import { ConfirmPage } from './confirm.tsx'
import { ForgotPage } from './forgot.tsx'
import { SetPasswordPage } from './set-password.tsx'

/** The pages that need no session: a forgotten password, and what links in e-mails open. */
export default function LinkPages() {
  const { path } = useLocation()
  if (path === '/forgot') return <ForgotPage />
  return path === '/confirm' ? <ConfirmPage /> : <SetPasswordPage key={path} />
}
