import type { OrderRecord } from '../../../server/storage/store.ts'
import type { HttpEndpoint } from '../http-client.ts'
import type { Endpoint } from '../load/protocols.ts'

export interface SubjectOptions {
  /** QoS of the dashboards' subscriptions; at 1 each dashboard acknowledges each order. */
  qos: 0 | 1
  /** The folder for its files. */
  dir: string
  /** Port to listen on; a free one by default. */
  port?: number
}

/** A running subject: this process, and possibly others. */
export interface Subject {
  endpoint: Endpoint
  /** The order API with a customer's token, and a service that can be ordered. */
  orderApi?: HttpEndpoint & { serviceId: string }
  /** Process ids besides this process. */
  pids: number[]
  /** Sends an order to every dashboard. */
  publish(order: OrderRecord): void
  stop(): Promise<void> | void
}

export type StartSubject = (options: SubjectOptions) => Promise<Subject>
