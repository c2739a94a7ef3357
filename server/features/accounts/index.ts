import { createHourlySweep } from '../../lib/hourly-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { createAccountMails } from './account-mails.ts'
import { createInvitationsService } from './invitations.service.ts'
import { createLinkStore, linkRecords } from './link-records.ts'
import { createLinks } from './links.ts'
import { createPersonalData } from './personal-data.ts'
import { profileRecords } from './profile-records.ts'
import { createNewBrowserMails } from './new-browser-mails.ts'
import { createProfileService } from './profile.service.ts'
import { createRecoveryService } from './recovery.service.ts'
import { accountRoutes, languageOf } from './routes.ts'
import { createVerificationService } from './verification.service.ts'

const hour = 3_600
const day = 24 * hour

/** Forgotten passwords, invitations, and what people keep in their own account. */
export const accounts: FeatureModule = {
  name: 'accounts',
  records: [linkRecords, profileRecords],
  create({ store, users, customers, registration, signIn, outbox, mailer, settings, keyFor, limit, clock, log }) {
    const stored = createLinkStore(store)
    const profiles = store.collection(profileRecords)
    const links = createLinks({
      links: stored,
      users: store.users,
      key: keyFor('account links'),
      publicUrl: settings.publicUrl,
      clock,
    })
    const chosenLanguage = async (userId: string) => (await profiles.get(userId))?.language ?? null
    const mails = createAccountMails({
      outbox,
      mailer,
      stored,
      links,
      languageOf: chosenLanguage,
      publicUrl: settings.publicUrl,
    })
    if (mailer.isConfigured) {
      const { publicUrl } = settings
      signIn.onNewBrowser(
        createNewBrowserMails({ outbox, mailer, store, publicUrl, languageOf: chosenLanguage, clock }),
      )
    }
    const required = settings.requireVerifiedEmail
    const sends = limit('confirmation-mails', 5, day)
    const verification = createVerificationService({ required, links, mails, users, sends })
    const invitations = createInvitationsService({
      stored,
      links,
      mails,
      users: store.users,
      customers,
      registration,
    })
    registration.findInvitationsBy(invitations.of)
    const sweep = createHourlySweep({ what: 'expired links', sweep: stored.sweep, clock, log })
    return {
      ...sweep,
      languageOf: chosenLanguage,
      orderCheck: required ? verification.check : undefined,
      registered: required ? ({ id }, request) => verification.sendLink(id, languageOf(request)) : undefined,
      personalData: createPersonalData(store),
      routes: accountRoutes({
        signIn,
        recovery: createRecoveryService({ links, mails, users, store }),
        invitations,
        verification,
        profile: createProfileService({
          profiles,
          stored,
          links,
          mails,
          users,
          store,
          verification,
        }),
        openedFrom: limit('links-opened', 100, hour),
        forgottenFrom: limit('forgotten-from', 20, hour),
        forgottenBy: limit('forgotten-by', 5, hour),
      }),
    }
  },
}
