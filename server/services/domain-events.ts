import type { Role } from '#shared/actors.ts'
import type { DeadlineKind } from '#shared/deadlines.ts'
import type { Message } from '#shared/messages.ts'
import type { VendorStatusEvent } from '#shared/presence.ts'
import type { Revocation } from '../auth/sessions.ts'
import type { OrderRecord } from '../storage/store.ts'

/** What happened in this process, after the database has stored it. Other nodes' events are not among them. */
export interface DomainEvents {
  'order.placed': { order: OrderRecord }
  /** Any later version of an order. `published`: the newest version marked as published, 0 when none is. */
  'order.changed': { order: OrderRecord; published: number }
  /** A service was created or changed. */
  'catalogue.changed': null
  'vendor.status': VendorStatusEvent
  /** A vendor was added, (de)activated or renamed, or has other skills or areas. */
  'vendors.changed': null
  'vendor.removed': { vendorId: string }
  /** A person has read the messages of an order. */
  'messages.read': { userId: string; orderId: string }
  /** A session or device token ended, or all of a user's. */
  'access.revoked': Revocation
}

export type EventName = keyof DomainEvents
export type EventBus = ReturnType<typeof createEventBus>

/**
 * Work that every change of an order entails and that a crash must not lose. `published`: the newest version for which all
 * of it was done; 0 when that is not known. It may run again for a version, so it must be idempotent.
 */
export type OrderTask = (order: OrderRecord, published: number) => Promise<void>

/** An order that has missed a deadline. `id`: the same when it is told again. `since`: when it should have happened. */
export interface LateOrder {
  id: string
  order: OrderRecord
  kind: DeadlineKind
  since: string
}

/** Tells of a late order. It may run again for the same one, also on another node, so it must be idempotent. */
export type LateTask = (late: LateOrder) => Promise<void>

/** A message that was stored, and who is told of it. `isFirst`: the person has read all messages of the order before it. */
export interface ToldMessage {
  message: Message
  order: OrderRecord
  to: readonly { id: string; role: Role; isFirst: boolean }[]
}

/** Work that every message entails and that a crash must not lose. It may run again, so it must be idempotent. */
export type MessageTask = (told: ToldMessage) => Promise<void>

type Listeners = { [Name in EventName]: ((event: DomainEvents[Name]) => void)[] }

/**
 * Connects features to the core without either importing the other. Listeners run synchronously, in the order in which
 * they registered; they must not wait. One that throws is logged; the others still run. An event that must
 * survive a crash is marked in its record and found by a sweep, as the publisher does with orders; a feature adds its
 * part of that work with `withEveryChange`.
 */
export function createEventBus(log: { error(details: object, text: string): void }) {
  const listeners: Listeners = {
    'order.placed': [],
    'order.changed': [],
    'catalogue.changed': [],
    'vendor.status': [],
    'vendors.changed': [],
    'vendor.removed': [],
    'messages.read': [],
    'access.revoked': [],
  }
  const orderTasks: OrderTask[] = []
  const lateTasks: LateTask[] = []
  const messageTasks: MessageTask[] = []

  return {
    on<Name extends EventName>(name: Name, listener: (event: DomainEvents[Name]) => void): void {
      listeners[name].push(listener)
    },

    emit<Name extends EventName>(name: Name, event: DomainEvents[Name]): void {
      for (const listener of listeners[name]) {
        try {
          listener(event)
        } catch (error) {
          log.error({ error, event: name }, 'a listener of a domain event failed')
        }
      }
    },

    /** Adds a task. The order's mark is cleared once every task has resolved; after a rejection all are repeated. */
    withEveryChange(task: OrderTask): void {
      orderTasks.push(task)
    },

    /** Runs the tasks; rejects when one does. */
    async runTasks(order: OrderRecord, published: number): Promise<void> {
      await Promise.all(orderTasks.map((task) => task(order, published)))
    },

    /** Adds a task. After a rejection all are repeated. */
    withEveryLateOrder(task: LateTask): void {
      lateTasks.push(task)
    },

    /** Runs the tasks; rejects when one does. */
    async tellLate(late: LateOrder): Promise<void> {
      await Promise.all(lateTasks.map((task) => task(late)))
    },

    /** Adds a task. The message's mark is cleared once every task has resolved; after a rejection all are repeated. */
    withEveryMessage(task: MessageTask): void {
      messageTasks.push(task)
    },

    /** Runs the tasks; rejects when one does. */
    async tellMessage(told: ToldMessage): Promise<void> {
      await Promise.all(messageTasks.map((task) => task(told)))
    },
  }
}
