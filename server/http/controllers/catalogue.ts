import { roles } from '#shared/actors.ts'
import { Catalogue, Service } from '#shared/catalogue.ts'
import { ChangeService, CreateService } from '#shared/service-input.ts'
import type { CatalogueService } from '../../services/catalogue.service.ts'
import { only, type Route } from '../route.ts'

export const catalogueRoutes = ({ catalogue }: { catalogue: CatalogueService }): Route[] => [
  only(
    roles,
    {
      method: 'get',
      path: '/services',
      devices: true,
      tokens: 'any',
      summary: 'The catalogue; for admins with the services that are not offered',
      reply: { 200: Catalogue },
    },
    async ({ identity }) => ({
      status: 200,
      body: await catalogue.list(identity),
    }),
  ),

  only(
    ['admin'],
    { method: 'post', path: '/services', body: CreateService, summary: 'Adds a service', reply: { 201: Service } },
    async ({ body }) => {
      const service = await catalogue.create(body)
      return {
        status: 201,
        body: service,
        log: logOf('service made', service),
        changes: { before: {}, after: service },
      }
    },
  ),

  only(
    ['admin'],
    {
      method: 'patch',
      path: '/services/:id',
      body: ChangeService,
      summary: 'Changes a service',
      reply: { 200: Service },
      errors: ['not_found'],
    },
    async ({ identity, param, body }) => {
      const { before, service } = await catalogue.change(identity, param('id'), body)
      return { status: 200, body: service, log: logOf('service changed', service), changes: { before, after: service } }
    },
  ),
]

const logOf = (message: string, { id, name }: Service) => ({ message, service: id, name })
