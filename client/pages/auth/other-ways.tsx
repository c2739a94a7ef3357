import { OidcProvider } from '#shared/oidc.ts'
import { en } from '../../i18n/en.ts'
import { provideEnglish, t } from '../../i18n/index.ts'

provideEnglish(en)

/** Signs in through the provider that the server names. `next`: the page to open afterwards. */
export function OtherWays({ provider, next }: { provider: unknown; next: string }) {
  const { label } = OidcProvider.parse(provider)
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
