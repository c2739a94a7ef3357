import { createSealedText } from '../../lib/sealed-text.ts'
import type { FeatureModule } from '../feature.ts'
import { createOidcAccounts } from './accounts.ts'
import { createLinkStore, oidcLinkRecords } from './link-records.ts'
import { createPersonalData } from './personal-data.ts'
import { createProvider } from './provider.ts'
import { noProvider, oidcRoutes } from './routes.ts'

/** Signing in through an OpenID Connect provider (OIDC_ISSUER). */
export const oidc: FeatureModule = {
  name: 'oidc',
  records: [oidcLinkRecords],
  create({ store, users, registration, signIn, settings, keyFor, clock, log }) {
    const personalData = createPersonalData(store)
    if (!settings.oidc) return { routes: noProvider, personalData }
    const links = createLinkStore(store)
    return {
      personalData,
      routes: oidcRoutes({
        label: settings.oidc.label,
        provider: createProvider(settings.oidc, settings.publicUrl),
        accounts: createOidcAccounts({ settings: settings.oidc, links, store, users, registration, clock }),
        sealed: createSealedText(keyFor('sign-in through a provider')),
        signIn,
        log,
      }),
    }
  },
}
