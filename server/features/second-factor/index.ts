import type { SignInCheck } from '../../auth/checks.ts'
import { DomainError } from '../../lib/errors.ts'
import { createHourlySweep } from '../../lib/hourly-sweep.ts'
import type { FeatureModule } from '../feature.ts'
import { createChallenges } from './challenges.ts'
import { createCodes } from './codes.ts'
import { challengeRecords, createFactorStore, secondFactorRecords } from './factor-records.ts'
import { createPersonalData } from './personal-data.ts'
import { secondFactorRoutes } from './routes.ts'
import { createSealedText } from '../../lib/sealed-text.ts'
import { createSecondFactorService } from './second-factor.service.ts'

/** A code of an authenticator app besides the password, for those who turn it on or have to (REQUIRE_SECOND_FACTOR). */
export const secondFactor: FeatureModule = {
  name: 'second factor',
  records: [secondFactorRecords, challengeRecords],
  create({ store, signIn, sessions, settings, keyFor, clock, log }) {
    const factors = createFactorStore(store)
    const sealed = createSealedText(keyFor('second factor'))
    const codes = createCodes({ factors, sealed, clock })
    const service = createSecondFactorService({ factors, codes, sealed, clock })
    const challenges = createChallenges({ store, clock })
    const required = settings.requireSecondFactor

    const check: SignInCheck = async (account) => {
      if (!(await service.isOn(account.id))) return
      throw new DomainError('second_factor_required', undefined, { challenge: await challenges.create(account) })
    }
    signIn.addCheck(check)

    return {
      personalData: createPersonalData(store),
      routes: secondFactorRoutes({ service, codes, challenges, users: store.users, signIn, sessions, required, check }),
      // A device has a token of its own and no second factor.
      accessCheck:
        required.length === 0
          ? undefined
          : async ({ id, role, sessionId }) => {
              if (sessionId === null || !required.includes(role) || (await service.isOn(id))) return
              throw new DomainError('second_factor_missing')
            },
      ...createHourlySweep({ what: 'expired sign-in challenges', sweep: challenges.sweep, clock, log }),
    }
  },
}
