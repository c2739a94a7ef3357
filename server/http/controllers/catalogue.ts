import { roles } from '#shared/actors.ts'
import { ChangeService, CreateService, type Service } from '#shared/catalogue.ts'
import type { CatalogueService } from '../../services/catalogue.service.ts'
import { only, type Route } from '../route.ts'

export const catalogueRoutes = ({ catalogue }: { catalogue: CatalogueService }): Route[] => [
  only(roles, { method: 'get', path: '/services', devices: true, tokens: 'any' }, async ({ identity }) => ({
    status: 200,
    body: await catalogue.list(identity),
  })),

  only(['admin'], { method: 'post', path: '/services', body: CreateService }, async ({ body }) => {
    const service = await catalogue.create(body)
    return { status: 201, body: service, log: logOf('service made', service), changes: { before: {}, after: service } }
  }),

  only(
    ['admin'],
    { method: 'patch', path: '/services/:id', body: ChangeService },
    async ({ identity, param, body }) => {
      const { before, service } = await catalogue.change(identity, param('id'), body)
      return { status: 200, body: service, log: logOf('service changed', service), changes: { before, after: service } }
    },
  ),
]

const logOf = (message: string, { id, name }: Service) => ({ message, service: id, name })
