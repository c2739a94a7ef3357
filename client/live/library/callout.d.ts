/** A live copy of a Callout server's orders and vendors. */
export declare function connect(options: ConnectOptions): Callout

export interface ConnectOptions {
  /** The server's address. In a browser: by default the server that callout.js came from. */
  url?: string
  /**
   * An API token with the scope `dashboard` or `integration`. Or a function that returns a user's access token: it is
   * called at the start, before a token with `expiresIn` expires, and when the server refuses one.
   */
  token: string | (() => Promise<string | AccessToken>)
  /** How many of the newest finished orders to keep, 0 to 200; 50 by default. Every open order is kept. */
  finished?: number
}

/** What signing in and `POST /api/auth/refresh` answer. */
export interface AccessToken {
  accessToken: string
  /** In seconds. */
  expiresIn: number
}

export interface Callout {
  /** Every open order and the newest finished ones, by id. The same map for ever; it changes before each `change`. */
  readonly orders: ReadonlyMap<string, Order>
  /** By id. Empty for a user who is not an admin. */
  readonly vendors: ReadonlyMap<string, Vendor>
  readonly state: State
  /** Calls back after each change; several changes that arrive together are one call. Returns the function that ends it. */
  on(event: 'change', listener: (change: Change) => void): () => void
  /** Disconnects. The maps stay as they are. */
  close(): void
}

/**
 * `live`: everything is loaded, and changes arrive as they happen. `offline`: it connects again by itself. `refused`: the
 * token is wrong, was revoked or has expired, or may not read orders; it does not try again.
 */
export interface State {
  readonly phase: 'connecting' | 'catching_up' | 'live' | 'offline' | 'refused' | 'closed'
  /** Why it is `offline` or `refused`, and what to do about it, in English; otherwise empty. */
  readonly message: string
}

export interface Change {
  /** The ids of the orders that were added, changed or removed. */
  orders: readonly string[]
  /** The ids of the vendors. */
  vendors: readonly string[]
}

export type OrderStatus =
  'pending' | 'accepted' | 'on_the_way' | 'in_progress' | 'completed' | 'failed' | 'rejected' | 'cancelled'

/** Times are ISO 8601 in UTC; amounts are integers in the minor unit of `currency`. */
export interface Order {
  id: string
  /** Short and unique, for people. */
  number: string
  status: OrderStatus
  /** 1 at first, and one more with each change. */
  version: number
  /** null: not shown to this token. */
  customer: { id: string | null; name: string | null }
  vendor: { id: string; name: string } | null
  /** null for a token without contact details. The area alone for a vendor to whom the order is offered. */
  contact: { phone: string; address: string; area?: string; lat?: number; lng?: number } | { area: string } | null
  /** For a vendor to whom the order is offered: where it is, to about a kilometre. */
  near?: { lat: number; lng: number }
  items: OrderItem[]
  totalAmount: number
  currency: string
  notes: string
  proof?: { note?: true; photos?: number; signature?: true; pin?: true }
  files?: OrderFile[]
  /** null: as soon as possible. */
  scheduledFor: string | null
  /** While it is offered in rounds. `until`: when other vendors are offered it as well; null in the last round. */
  offer?: { round: number; until: string | null }
  /** Absent: unpaid. Amounts in minor units. */
  payment?: {
    status: 'unpaid' | 'paid' | 'refunded'
    method: 'cash' | 'card' | 'link' | 'transfer' | 'other'
    amount: number
    tip?: number
    at: string
    /** At the provider; absent for a token without contact details. */
    reference?: string
  }
  /** By the customer. `text` is empty for a token without contact details. */
  rating?: { stars: number; text: string; at: string }
  /** The order that was made because this one ended, and the one for which this one was made. */
  followUp?: { id: string; number: string }
  followUpOf?: { id: string; number: string }
  /** Oldest first; one entry for each version. */
  history: HistoryEntry[]
  createdAt: string
  updatedAt: string
}

/** `unitPrice` includes the options. */
export interface OrderItem {
  serviceId: string
  name: string
  quantity: number
  unitPrice: number
  /** Absent when there are none. */
  options?: { group: string; choice: string; name: string; price: number; durationMinutes?: number }[]
}

export interface HistoryEntry {
  status: OrderStatus
  at: string
  /** When the server received it, if that was later. */
  recordedAt?: string
  by: { id: string | null; name: string | null; role: 'customer' | 'vendor' | 'admin' }
  /** The vendor to whom an admin assigned the order. */
  assigned?: { id: string; name: string }
  note: string | null
}

export interface Vendor {
  id: string
  name: string
  status: 'online' | 'break' | 'offline'
  /** How offers reach the vendor: on an open connection, or by push messages to a closed page. */
  reachable?: 'live' | 'push'
  /** Of the status. */
  since: string
  /** null: never connected. */
  lastSeenAt: string | null
  activeOrders: number
  /** Of all ratings. Absent without one. */
  rating?: { average: number; count: number }
}
