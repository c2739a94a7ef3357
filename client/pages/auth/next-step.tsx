import { useEffect, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { send } from '../../models/session/http.ts'
import { startSession } from '../../models/session/session.ts'
import { AuthFrame, linkClass } from './frame.tsx'
import { SecondStep } from './second-step.tsx'

/** After the password, or back from the provider: `#challenge=…`, `#session` or `#problem=…`. `onBack`: to the form. */
export default function NextStep({ step, onBack }: { step: string; onBack(): void }) {
  const [kind = '', value = ''] = step.slice(1).split('=')
  const [problem, setProblem] = useState(kind === 'problem' ? value : null)
  useEffect(() => {
    // A reload or a bookmark must not repeat this.
    history.replaceState(history.state, '', location.pathname + location.search)
    if (kind === 'session') send('/auth/refresh', { method: 'POST' }).then(startSession, () => setProblem('failed'))
  }, [kind])

  if (kind === 'challenge') return <SecondStep challenge={value} onBack={onBack} />
  const back = (
    <button type="button" onClick={onBack} class={linkClass}>
      {t().otherWays.back}
    </button>
  )
  const problems: Readonly<Record<string, string>> = t().otherWays.problems
  return (
    <AuthFrame title={t().common.signIn} other={back}>
      {problem === null ? (
        <p role="status" class="text-soft">
          {t().common.opening}
        </p>
      ) : (
        <p role="alert" class="rounded-sm bg-danger-soft px-3 py-2.5 text-sm text-danger">
          {problems[problem] ?? t().otherWays.problems.failed}
        </p>
      )}
    </AuthFrame>
  )
}
