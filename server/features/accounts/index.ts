import { createHourlySweep } from '../../lib/hourly-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { createAccountMails } from './account-mails.ts'
import { createInvitationsService } from './invitations.service.ts'
import { createLinkStore, linkRecords } from './link-records.ts'
import { createLinks } from './links.ts'
import { createPersonalData } from './personal-data.ts'
import { profileRecords } from './profile-records.ts'
import { createProfileService } from './profile.service.ts'
import { createRecoveryService } from './recovery.service.ts'
import { accountRoutes } from './routes.ts'

const hour = 3_600

/** Forgotten passwords, invitations, and what people keep in their own account. */
export const accounts: FeatureModule = {
  name: 'accounts',
  records: [linkRecords, profileRecords],
  create({ store, users, outbox, mailer, settings, keyFor, limit, clock, log }) {
    const stored = createLinkStore(store)
    const profiles = store.collection(profileRecords)
    const links = createLinks({
      links: stored,
      users: store.users,
      key: keyFor('account links'),
      publicUrl: settings.publicUrl,
      clock,
    })
    const mails = createAccountMails({ outbox, mailer, stored, links, profiles, publicUrl: settings.publicUrl })
    const sweep = createHourlySweep({ what: 'expired links', sweep: stored.sweep, clock, log })
    return {
      ...sweep,
      personalData: createPersonalData(store),
      routes: accountRoutes({
        recovery: createRecoveryService({ links, mails, users, store }),
        invitations: createInvitationsService({
          stored,
          links,
          mails,
          users: store.users,
          registration: settings.registration,
        }),
        profile: createProfileService({
          profiles,
          stored,
          links,
          mails,
          users,
          store,
          guesses: limit('password-guesses', 10, hour),
        }),
        forgottenFrom: limit('forgotten-from', 20, hour),
        forgottenBy: limit('forgotten-by', 5, hour),
      }),
    }
  },
}
