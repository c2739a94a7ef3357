import { useLocation } from 'preact-iso/router'
import { en } from '../../i18n/en.ts'
import { provideEnglish } from '../../i18n/index.ts'
import { ConfirmPage } from './confirm.tsx'
import { ForgotPage } from './forgot.tsx'
import { SetPasswordPage } from './set-password.tsx'

provideEnglish(en)

/** The pages that need no session: a forgotten password, and what links in e-mails open. */
export default function LinkPages() {
  const { path } = useLocation()
  if (path === '/forgot') return <ForgotPage />
  return path === '/confirm' ? <ConfirmPage /> : <SetPasswordPage key={path} />
}
