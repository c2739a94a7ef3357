import type { TokenScope } from '#shared/api-tokens.ts'
import { boolean, defineRecords, nullable, text, type RecordOf } from '../../storage/records.ts'
import type { Store } from '../../storage/store.ts'

/** Its secret is stored hashed, and never sent. */
export const tokenRecords = defineRecords({
  name: 'api_tokens',
  key: 'id',
  fields: {
    id: text(),
    name: text(),
    scope: text<TokenScope>(),
    contact: boolean(),
    createdAt: text(),
    expiresAt: nullable(text()),
    lastUsedAt: nullable(text()),
    secretHash: text(),
  },
  indexes: { byName: ['name'] },
})

export type TokenRecord = RecordOf<typeof tokenRecords>

export type TokenStore = ReturnType<typeof createTokenStore>

export function createTokenStore({ collection }: Pick<Store, 'collection'>) {
  const tokens = collection(tokenRecords)
  return {
    create: tokens.create,
    byId: tokens.get,
    /** By name, then id. */
    list: () => tokens.list({ index: 'byName' }),
    /** Sets `lastUsedAt`; no effect when the token was revoked. */
    async used(id: string, at: string): Promise<void> {
      await tokens.change(id, { lastUsedAt: at })
    },
    /** False when there is no such token. */
    remove: (id: string): Promise<boolean> => tokens.delete(id),
  }
}
