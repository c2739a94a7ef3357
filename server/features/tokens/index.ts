import type { FeatureModule } from '../feature.ts'
import { tokenRoutes } from './routes.ts'
import { createTokenStore, tokenRecords } from './token-records.ts'
import { apiSecrets, createTokensService } from './tokens.service.ts'

/** Long-lived tokens for dashboards, scripts and other systems, limited by a scope. */
export const tokens: FeatureModule = {
  name: 'tokens',
  records: [tokenRecords],
  redact: apiSecrets.redact,
  create({ store, events, clock }) {
    const service = createTokensService({ tokens: createTokenStore(store), events, clock })
    return {
      routes: tokenRoutes(service),
      tokens: {
        matches: apiSecrets.matches,
        identify: service.identify,
        issued: ({ scope }) => scope !== null,
        isValid: ({ id }) => service.isValid(id),
      },
    }
  },
}
