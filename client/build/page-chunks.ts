import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { customersOtherPages, entries } from './entries.ts'
import { importsFrom } from './imports.ts'

const client = fileURLToPath(new URL('..', import.meta.url))
const roles = ['customer', 'vendor', 'admin'] as const
const filesOf = (files: readonly string[], lazy = false) =>
  new Set(importsFrom(files, { lazy, except: Object.values(entries).flat() }))

/**
 * A few chunks for what a role loads first: a browser makes few requests, and gzip compresses one file better than many
 * small ones. A role's own chunk has what no other role ever loads. What several roles load is in `signed-in`, if the first
 * page of customers needs it, in `orders`, if their other pages do, else in `staff`.
 */
export function pageChunks() {
  const start = filesOf(entries.start)
  const users = filesOf(['../shared/users.ts'])
  const first = { customer: filesOf(entries.customer), vendor: filesOf(entries.vendor), admin: filesOf(entries.admin) }
  const all = {
    customer: filesOf(entries.customer, true),
    vendor: filesOf(entries.vendor, true),
    admin: filesOf(entries.admin, true),
  }
  const customersOther = filesOf(customersOtherPages)

  const chunkOf = (file: string): string | null => {
    // The schemas of users are apart, with zod: the sign-in waits for them.
    if (users.has(file)) return 'users'
    if (start.has(file)) return null
    // The styles of all pages: who loads the orders needs them.
    if (file === 'signed-in.css') return 'orders'
    const isShared = roles.filter((role) => all[role].has(file)).length > 1
    if (first.customer.has(file)) return isShared ? 'signed-in' : 'customer'
    if (customersOther.has(file)) return isShared ? 'orders' : 'customer-pages'
    const role = roles.find((one) => first[one].has(file))
    return role && isShared ? 'staff' : (role ?? null)
  }
  const group = (name: string) => ({
    name,
    // Only the schemas of topics use this part of zod.
    test: (id: string) =>
      chunkOf(posix.relative(client, id)) === name ||
      (name === 'signed-in' && /\/zod\/v4\/mini\/coerce\.\w+$/.test(id)),
  })
  // A chunk takes along what its modules import and no chunk before it has.
  return ['users', 'signed-in', 'orders', 'customer', 'customer-pages', 'staff', 'vendor', 'admin'].map(group)
}
