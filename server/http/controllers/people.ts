import { ChangeUser, CreateUser, UserQuery } from '#shared/users.ts'
import type { PresenceService } from '../../services/presence.service.ts'
import type { UsersService } from '../../services/users.service.ts'
import { only, type Route } from '../route.ts'

export interface PeopleDependencies {
  users: UsersService
  presence: Pick<PresenceService, 'list'>
}

export const peopleRoutes = ({ users, presence }: PeopleDependencies): Route[] => [
  only(['admin'], { method: 'get', path: '/vendors' }, async () => ({
    status: 200,
    body: { vendors: await presence.list() },
  })),

  only(['admin'], { method: 'get', path: '/users', query: UserQuery }, async ({ query }) => ({
    status: 200,
    body: { users: await users.list(query) },
  })),

  only(['admin'], { method: 'post', path: '/users', body: CreateUser }, async ({ body }) => ({
    status: 201,
    body: await users.create(body),
  })),

  only(['admin'], { method: 'patch', path: '/users/:id', body: ChangeUser }, async ({ identity, param, body }) => ({
    status: 200,
    body: await users.change(identity, param('id'), body),
  })),
]
