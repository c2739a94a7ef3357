import { effect } from '@preact/signals-core'
import type { Actor } from '#shared/actors.ts'
import type { Api } from '../api.ts'
import type { Connect } from '../connection.ts'
import { createLiveModel } from '../live-model.ts'
import { orderSubscriptionsOf, subscriptionsWhileShown } from '../message-router.ts'
import { createOrders } from '../orders.ts'
import { createVendors } from '../vendors.ts'
import type { Change, Order, Vendor } from './callout.d.ts'
import { createChanges } from './changes.ts'
import { createLists, until } from './lists.ts'
import type { TokenSource } from './token-source.ts'

export interface FollowDependencies {
  /** The address of the server. */
  base: string
  api: Api
  tokens: Pick<TokenSource, 'token' | 'renew'>
  transport: Connect
  /** How many finished orders are kept. */
  finished: number
  /** Called after each change of the maps. */
  onChange(change: Change): void
  /** Called with the reason why an attempt to connect failed. */
  onFailure(error: unknown): void
}

/** Copies the live model into two maps that a program without signals can read. */
export function follow({ base, api, tokens, transport, finished, onChange, onFailure }: FollowDependencies) {
  const orders = new Map<string, Order>()
  const vendors = new Map<string, Vendor>()
  let forgetOldest = () => {}
  const changes = createChanges({
    before: () => forgetOldest(),
    handOver(change) {
      for (const id of change.orders) {
        const order = model.peek(id)
        if (order) orders.set(id, order)
        else orders.delete(id)
      }
      onChange(change)
    },
  })
  // An order that has left this user's view is removed at once.
  const model = createOrders({ setTimer: (remove) => remove(), onChange: changes.order })

  function copyVendors(current: readonly Vendor[]) {
    const gone = new Set(vendors.keys())
    for (const vendor of current) {
      gone.delete(vendor.id)
      if (JSON.stringify(vendors.get(vendor.id)) === JSON.stringify(vendor)) continue
      vendors.set(vendor.id, vendor)
      changes.vendor(vendor.id)
    }
    for (const id of gone) {
      vendors.delete(id)
      changes.vendor(id)
    }
  }

  return {
    orders,
    vendors,
    changes,
    start(me: Pick<Actor, 'id' | 'role'>) {
      const { live, openFeed, ...others } = createLiveModel({
        api,
        orders: model,
        transport: async () => transport,
        url: `${base.replace(/^http/, 'ws')}/mqtt`,
        username: me.id,
        token: tokens.token,
        renew: tokens.renew,
        filters: [...orderSubscriptionsOf(me), ...subscriptionsWhileShown(me)],
        async onCaughtUp() {
          await lists.read()
          if (staff) await until(() => staff.all.value !== undefined || staff.failed.value)
        },
        onFailure,
        now: Date.now,
      })
      const lists = createLists({ openFeed, orders: model }, finished)
      forgetOldest = lists.forgetOldest
      const staff = me.role === 'admin' ? createVendors(others) : null
      effect(() => {
        const jobs = staff?.jobs.value
        copyVendors((staff?.all.value ?? []).map((one) => ({ ...one, activeOrders: jobs?.get(one.id) ?? 0 })))
      })
      const stopLive = live.start()
      return {
        ...live,
        stop() {
          stopLive()
          staff?.stop()
        },
      }
    },
  }
}
