import { open, type Route } from '../../http/route.ts'
import { z } from '../../lib/zod.ts'
import { createAsyncApi, type AsyncApiDependencies } from './asyncapi.ts'
import { createOpenApi } from './openapi.ts'

const OpenApi = z.looseObject({ openapi: z.string() })
const AsyncApi = z.looseObject({ asyncapi: z.string() })

/** Each document is made when it is first asked for. */
export function documentRoutes(facts: () => AsyncApiDependencies & { routes: readonly Route[] }): Route[] {
  let openApi: object | undefined
  let asyncApi: object | undefined
  return [
    open(
      {
        method: 'get',
        path: '/openapi.json',
        summary: 'This document: every call, as OpenAPI 3.1',
        reply: { 200: OpenApi },
      },
      async () => ({ status: 200, body: (openApi ??= createOpenApi(facts())) }),
    ),

    open(
      {
        method: 'get',
        path: '/asyncapi.json',
        summary: 'Every MQTT topic, as AsyncAPI 3',
        reply: { 200: AsyncApi },
      },
      async () => ({ status: 200, body: (asyncApi ??= createAsyncApi(facts())) }),
    ),
  ]
}
