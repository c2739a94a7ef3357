import { useLocation } from 'preact-iso/router'
import { OidcProvider } from '#shared/oidc.ts'
import { t } from '../../i18n/index.ts'

/** Signs in through the provider that the server names. */
export function OtherWays({ provider }: { provider: unknown }) {
  const { query } = useLocation()
  const { label } = OidcProvider.parse(provider)
  return (
    <a
      href={`/api/auth/oidc/start?returnTo=${encodeURIComponent(query.next ?? '/')}`}
      // The router takes other links for its own pages.
      target="_top"
      class="flex min-h-13 w-full items-center justify-center rounded-sm border border-edge/60 bg-surface px-4 py-2 text-center font-medium hover:border-edge hover:bg-sunken"
    >
      {t().otherWays.continueWith(label)}
    </a>
  )
}
