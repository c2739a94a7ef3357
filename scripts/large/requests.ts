import type { Person } from '../../server/testing/app.ts'

export interface People {
  admin: Person
  customer: Person
  vendor: Person
}

/** A kind of request. `path` may differ from one time (n) to the next, so that no answer is merely repeated. */
export interface Kind {
  name: string
  by: keyof People
  path(n: number): string
}

const day = 86_400_000
const dayBefore = (now: number, days: number) => new Date(now - days * day).toISOString().slice(0, 10)

/** Every kind of list, search, catch-up and figures. `now` in ms; the orders are of the last ninety days. */
export const requestKinds = (now: number, catchUp: (by: keyof People) => string): Kind[] => [
  { name: 'list', by: 'admin', path: () => '/api/orders' },
  {
    name: 'list, 200 of an older page',
    by: 'admin',
    path: (n) => `/api/orders?limit=200&to=${dayBefore(now, 30 + (n % 30))}`,
  },
  { name: 'list, open', by: 'admin', path: () => '/api/orders?status=pending&status=accepted&status=on_the_way' },
  {
    name: 'list, completed between two days',
    by: 'admin',
    path: (n) => `/api/orders?status=completed&from=${dayBefore(now, 60 + (n % 9))}&to=${dayBefore(now, 40)}`,
  },
  { name: 'list, of a vendor', by: 'admin', path: (n) => `/api/orders?vendorId=v${n % 53}` },
  { name: 'list, of a customer', by: 'admin', path: (n) => `/api/orders?customerId=c${n % 997}` },
  { name: 'list, own, customer', by: 'customer', path: () => '/api/orders' },
  { name: 'list, own and offers, vendor', by: 'vendor', path: () => '/api/orders' },
  { name: 'search, a word of a sixth', by: 'admin', path: () => '/api/orders?q=boiler' },
  { name: 'search, a name', by: 'admin', path: (n) => `/api/orders?q=customer%20${n % 997}` },
  { name: 'search, a number', by: 'admin', path: (n) => `/api/orders?q=0000-${String(n % 1_000).padStart(3, '0')}` },
  { name: 'search, a phone number', by: 'admin', path: () => '/api/orders?q=600000000' },
  { name: 'search, two words', by: 'admin', path: (n) => `/api/orders?q=drain%20customer%20${n % 997}` },
  { name: 'search, no match', by: 'admin', path: (n) => `/api/orders?q=nothing${n}` },
  { name: 'search, vendor', by: 'vendor', path: () => '/api/orders?q=lock' },
  { name: 'since, admin', by: 'admin', path: () => catchUp('admin') },
  { name: 'since, customer', by: 'customer', path: () => catchUp('customer') },
  { name: 'since, vendor', by: 'vendor', path: () => catchUp('vendor') },
  { name: 'figures, thirty days', by: 'admin', path: () => '/api/orders/stats' },
  {
    name: 'figures, a day',
    by: 'admin',
    path: (n) => `/api/orders/stats?from=${dayBefore(now, 1 + (n % 80))}&to=${dayBefore(now, 1 + (n % 80))}`,
  },
  { name: 'figures, a year', by: 'admin', path: () => `/api/orders/stats?from=${dayBefore(now, 366)}` },
  { name: 'vendors', by: 'admin', path: () => '/api/vendors' },
]
