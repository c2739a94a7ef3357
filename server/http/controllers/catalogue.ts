import { roles } from '#shared/actors.ts'
import { ChangeService, CreateService } from '#shared/catalogue.ts'
import type { CatalogueService } from '../../services/catalogue.service.ts'
import { only, type Route } from '../route.ts'

export const catalogueRoutes = ({ catalogue }: { catalogue: CatalogueService }): Route[] => [
  only(roles, { method: 'get', path: '/services', devices: true }, async ({ identity }) => ({
    status: 200,
    body: await catalogue.list(identity),
  })),

  only(['admin'], { method: 'post', path: '/services', body: CreateService }, async ({ body }) => ({
    status: 201,
    body: await catalogue.create(body),
  })),

  only(
    ['admin'],
    { method: 'patch', path: '/services/:id', body: ChangeService },
    async ({ identity, param, body }) => ({
      status: 200,
      body: await catalogue.change(identity, param('id'), body),
    }),
  ),
]
