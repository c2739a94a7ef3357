import type { OrderRecord } from '../../../server/storage/store.ts'
import type { HttpDoor } from '../http.ts'
import type { Door } from '../load/protocols.ts'

export interface SubjectOptions {
  /** What dashboards ask for: 1 means that each acknowledges each order. */
  qos: 0 | 1
  /** A folder for its files, removed afterwards. */
  dir: string
  /** Where it is to listen; a free port unless it says otherwise. */
  port?: number
}

/** One of those that are compared, running in this process and perhaps some others. */
export interface Subject {
  door: Door
  /** Where a customer of it places orders, and what can be ordered. */
  shop?: HttpDoor & { serviceId: string }
  /** The processes that work for it besides this one. */
  pids: number[]
  /** Sends an order to every dashboard. */
  publish(order: OrderRecord): void
  stop(): Promise<void> | void
}

export type StartSubject = (options: SubjectOptions) => Promise<Subject>
