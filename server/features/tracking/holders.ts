import { linkRights, type LinkRight, type TrackedOrder, type TrackingSettings } from '#shared/tracking.ts'
import type { TokenKind } from '../../auth/identify.ts'
import type { Identity } from '../../auth/sessions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Store } from '../../storage/store.ts'
import type { LinkRecord, LinkStore } from './link-records.ts'
import { trackingSecrets } from './links.service.ts'
import type { TrackingSettingsStore } from './settings.ts'

export interface HoldersDependencies {
  links: Pick<LinkStore, 'get'>
  store: { orders: Pick<Store['orders'], 'byId'>; users: Pick<Store['users'], 'byId'> }
  settings: Pick<TrackingSettingsStore, 'read'>
  clock: Pick<Clock, 'now'>
}

/** Holders of links: each acts as the customer of one order. */
export function createHolders({ links, store, settings, clock }: HoldersDependencies): TokenKind {
  const isOver = ({ expiresAt }: LinkRecord) => expiresAt <= isoTime(clock.now())
  const invalid = () => new DomainError('unauthenticated', 'This tracking link is not valid, or was revoked.')

  return {
    matches: trackingSecrets.matches,

    /** Queries the store each time, so that a revoked link is refused at once, and the settings are in effect at once. */
    async identify(token: string): Promise<Identity> {
      const link = await trackingSecrets.find(token, links.get)
      if (!link) throw invalid()
      if (isOver(link)) throw new DomainError('unauthenticated', `This tracking link expired at ${link.expiresAt}.`)
      const order = await store.orders.byId(link.orderId)
      if (!order) throw invalid()
      const { id, name } = order.customer
      const [account, allowed] = await Promise.all([store.users.byId(id), settings.read()])
      if (account?.active === false) throw invalid()
      return {
        id,
        name,
        role: 'customer',
        link: { id: link.id, orderId: order.id, may: rightsOf(allowed) },
        sessionId: null,
        deviceId: null,
        scope: null,
        expiresAt: Date.parse(link.expiresAt),
      }
    },

    issued: ({ link }) => link !== undefined,

    /** Also false once the settings are others: the next connection has them. */
    async isValid({ link }): Promise<boolean> {
      const [record, allowed] = await Promise.all([link ? links.get(link.orderId) : null, settings.read()])
      return record !== null && record.id === link?.id && !isOver(record) && sameRights(link.may, rightsOf(allowed))
    },
  }
}

const rightsOf = (allowed: TrackingSettings): LinkRight[] => linkRights.filter((right) => allowed[right])

const sameRights = (one: readonly LinkRight[], other: readonly LinkRight[]) => one.join() === other.join()

/** What the holder of a link learns of it. Throws forbidden for any other caller. */
export function trackedOrderOf({ id, name, link, expiresAt }: Identity): TrackedOrder {
  if (!link) throw new DomainError('forbidden', 'Only for holders of tracking links.')
  const { orderId, may } = link
  return {
    orderId,
    customer: { id, name },
    expiresAt: isoTime(expiresAt),
    may: {
      change: may.includes('change'),
      cancel: may.includes('cancel'),
      message: may.includes('message'),
      rate: may.includes('rate'),
    },
  }
}
