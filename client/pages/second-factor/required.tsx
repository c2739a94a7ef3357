import '../../signed-in.css'
import { useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { signOut } from '../../models/session/session.ts'
import { sessionOf } from '../../models/session/session-of.ts'
import { AuthFrame, linkClass } from '../auth/frame.tsx'
import { SecondFactorSettings } from './settings.tsx'

/** The only page of a person who must have a second factor and has none. */
export default function SecondFactorRequired({ userId }: { userId: string }) {
  const [{ api }] = useState(() => sessionOf(userId))
  const leave = (
    <button type="button" onClick={() => void signOut()} class={linkClass}>
      {t().components.signOut}
    </button>
  )
  return (
    <AuthFrame title={t().secondFactor.title} other={leave}>
      <SecondFactorSettings api={api} />
    </AuthFrame>
  )
}
