import type { CreatePushSubscription, PushSubscription } from '#shared/push.ts'
import type { Revocation, Identity } from '../../../auth/sessions.ts'
import { isoTime, type Clock } from '../../../lib/clock.ts'
import { DomainError } from '../../../lib/errors.ts'
import { newId } from '../../../lib/ids.ts'
import type { FeatureSettings } from '../../feature.ts'
import type { PushSubscriptionRecord, SubscriptionStore } from './subscription-records.ts'

export interface SubscriptionsDependencies {
  subscriptions: SubscriptionStore
  settings: Pick<FeatureSettings, 'webhooksAllowPrivate'>
  /** Is called after a user's subscriptions have changed, with those that are left. */
  changed(user: Pick<Identity, 'id' | 'role'>, left: readonly PushSubscriptionRecord[]): Promise<void>
  clock: Pick<Clock, 'now'>
}

export type SubscriptionsService = ReturnType<typeof createSubscriptionsService>

/** Browsers of one user. With one more, the oldest ends. */
const mostPerUser = 20

/** The browsers that take push messages. Each belongs to the session in which it subscribed, and ends with it. */
export function createSubscriptionsService({ subscriptions, settings, changed, clock }: SubscriptionsDependencies) {
  async function end({ id, userId, role }: PushSubscriptionRecord): Promise<void> {
    await subscriptions.remove(id)
    await changed({ id: userId, role }, await subscriptions.ofUser(userId))
  }

  async function ownOf(userId: string, id: string): Promise<PushSubscriptionRecord> {
    const found = await subscriptions.get(id)
    if (found?.userId !== userId) throw new DomainError('not_found', 'There is no such subscription.')
    return found
  }

  return {
    end,

    /** Throws not_found, for another user's subscription too. */
    own: ({ id }: Pick<Identity, 'id'>, subscriptionId: string) => ownOf(id, subscriptionId),

    /**
     * Adds this browser, or takes its new keys and session when it subscribed before. A browser that subscribed for another
     * user gets a new id, so that no message for that user reaches it any more. `isNew`: whether it did not ring for this user
     * before. Throws invalid_request or forbidden.
     */
    async add(
      identity: Identity,
      { endpoint, keys }: CreatePushSubscription,
    ): Promise<{ subscription: PushSubscription; isNew: boolean }> {
      const { id: userId, role, sessionId } = identity
      if (sessionId === null) throw new DomainError('forbidden')
      if (!endpoint.startsWith('https:') && !settings.webhooksAllowPrivate) {
        const message = 'The address of a push service begins with https://'
        throw new DomainError('invalid_request', message, { errors: [{ path: 'endpoint', message }] })
      }
      const createdAt = isoTime(clock.now())
      const record = { id: newId(), userId, role, sessionId, endpoint, keys, createdAt, lastUsedAt: null }
      while (!(await subscriptions.create(record))) {
        const existing = await subscriptions.ofEndpoint(endpoint)
        if (!existing) continue
        if (existing.userId !== userId) await end(existing)
        else {
          const updated = await subscriptions.change(existing.id, { role, sessionId, keys })
          if (updated) return { subscription: present(updated), isNew: false }
        }
      }
      const all = await subscriptions.ofUser(userId)
      for (const oldest of all.slice(0, -mostPerUser)) await subscriptions.remove(oldest.id)
      await changed(identity, all.slice(-mostPerUser))
      return { subscription: present(record), isNew: true }
    },

    /** Oldest first. */
    async list({ id }: Pick<Identity, 'id'>): Promise<PushSubscription[]> {
      return (await subscriptions.ofUser(id)).map(present)
    },

    /** Throws not_found. */
    async remove({ id: userId }: Pick<Identity, 'id'>, id: string): Promise<void> {
      await end(await ownOf(userId, id))
    },

    async endAllOf(userId: string): Promise<void> {
      for (const subscription of await subscriptions.ofUser(userId)) await end(subscription)
    },

    /** A session, or all sessions of a user, have ended. */
    async revoked(revocation: Revocation): Promise<void> {
      // Devices and holders of links get no push messages.
      if ('deviceId' in revocation || 'trackedOrder' in revocation || !(await subscriptions.exist())) return
      const ended =
        'sessionId' in revocation
          ? await subscriptions.ofSession(revocation.sessionId)
          : await subscriptions.ofUser(revocation.userId)
      for (const subscription of ended) await end(subscription)
    },
  }
}

const present = ({ id, createdAt, lastUsedAt }: PushSubscriptionRecord): PushSubscription => ({
  id,
  createdAt,
  lastUsedAt,
})
