import { useEffect, useState } from 'preact/hooks'
import { OidcInfo } from '#shared/oidc.ts'
import { en } from '../../i18n/en.ts'
import { provideEnglish, t } from '../../i18n/index.ts'
import { send } from '../../models/session/http.ts'

provideEnglish(en)

/** Signs in through the provider that the server names, if there is one. `next`: the page to open afterwards. */
export default function OtherWays({ next }: { next: string }) {
  const [label, setLabel] = useState<string | null>(null)
  useEffect(() => {
    // Without an answer the password still works.
    send('/auth/oidc').then(
      (info) => setLabel(OidcInfo.parse(info).label),
      () => {},
    )
  }, [])
  if (label === null) return null
  return (
    <a
      href={`/api/auth/oidc/start?returnTo=${encodeURIComponent(next)}`}
      // The router takes other links for its own pages.
      target="_top"
      class="flex min-h-13 w-full items-center justify-center rounded-sm border border-edge/60 bg-surface px-4 font-medium hover:border-edge hover:bg-sunken"
    >
      {t().otherWays.continueWith(label)}
    </a>
  )
}
