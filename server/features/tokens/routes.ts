import { ApiTokenList, CreateApiToken, NewApiToken } from '#shared/api-tokens.ts'
import { only, type Route } from '../../http/route.ts'
import type { TokensService } from './tokens.service.ts'

export const tokenRoutes = (tokens: Pick<TokensService, 'create' | 'list' | 'revoke'>): Route[] => [
  only(
    ['admin'],
    {
      method: 'post',
      path: '/tokens',
      body: CreateApiToken,
      summary: 'Creates an API token; no other response has its secret',
      reply: { 201: NewApiToken },
    },
    async ({ body }) => {
      const created = await tokens.create(body)
      const { id, name, scope, contact } = created.token
      return { status: 201, body: created, log: { message: 'token created', token: id, name, scope, contact } }
    },
  ),

  only(
    ['admin'],
    { method: 'get', path: '/tokens', summary: 'API tokens', reply: { 200: ApiTokenList } },
    async () => ({
      status: 200,
      body: { tokens: await tokens.list() },
    }),
  ),

  only(
    ['admin'],
    {
      method: 'delete',
      path: '/tokens/:id',
      summary: 'Revokes an API token',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ param }) => {
      await tokens.revoke(param('id'))
      return { status: 204, log: { message: 'token revoked', token: param('id') } }
    },
  ),
]
