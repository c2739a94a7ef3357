import { signal } from '@preact/signals'
import type { Role } from '#shared/actors.ts'
import type { User } from '#shared/users.ts'
import type { Api } from '../live/api.ts'
import { createWorkspace } from '../models/workspace.ts'
import { at } from './orders.ts'

export const someUser = (role: Role): User => ({
  id: 'me',
  name: 'Me',
  email: 'me@example.com',
  role,
  active: true,
  createdAt: at(0),
})

/** The response to every GET request for a list: one service, and nothing else. */
export const someLists = {
  orders: [],
  nextCursor: null,
  syncCursor: 'c',
  vendors: [],
  currency: 'USD',
  services: [
    {
      id: 's1',
      name: 'Boiler service',
      description: '',
      price: 9500,
      currency: 'USD',
      durationMinutes: 90,
      active: true,
    },
  ],
}

/** A method that the test does not use. */
export const unused = () => Promise.reject(new Error('not in this test'))

/** A workspace without a live connection. `given`: the methods of the API that a test uses. */
export function someWorkspace(role: Role, given: Partial<Api>) {
  const api: Api = { get: unused, post: unused, put: unused, patch: unused, remove: unused, ...given }
  return createWorkspace({ me: someUser(role), api, token: signal(null), renew: unused, transport: unused, url: '' })
}
