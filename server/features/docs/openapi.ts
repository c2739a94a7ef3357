import { errorCodes, type ErrorCode } from '#shared/errors.ts'
import { tokenScopes } from '#shared/api-tokens.ts'
import { id } from '#shared/fields.ts'
import { errorsOf, type ReplyBody, type Route } from '../../http/route.ts'
import type { z } from '../../lib/zod.ts'
import { createJsonSchemas, type JsonSchema } from './schemas.ts'
import { description, Problem, problemExamples, responseHeaders, securitySchemes, tagOf } from './openapi-parts.ts'

const pathOf = ({ path }: Route) => path.replace(/:(\w+)/g, '{$1}')

/** Of POST /orders/:id/assign: postOrdersIdAssign. */
export const operationIdOf = ({ method, path }: Route): string =>
  method + path.replace(/[^a-z]+([a-z])/gi, (_all, letter: string) => letter.toUpperCase())

/** The OpenAPI 3.1 document of the route table: one operation for each route. */
export function createOpenApi({ routes, version }: { routes: readonly Route[]; version: string }) {
  const used = routes.flatMap(({ body, signedBody, query, headers = {}, reply }) => [
    ...[body, signedBody, query].filter((schema) => schema !== undefined),
    ...Object.values(headers),
    ...Object.values(reply).filter((one) => one !== null && typeof one === 'object'),
  ])
  const schemas = createJsonSchemas(used, 'draft-2020-12')
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) (paths[pathOf(route)] ??= {})[route.method] = operation(route, schemas)
  const tags = [...new Set(routes.map(tagOf))].map((name) => ({ name }))
  return {
    openapi: '3.1.0',
    info: { title: 'Callout', version, summary: 'Real-time service orders', description, license },
    // Relative to the address of this document, so it holds behind a proxy that adds a path.
    servers: [{ url: '../api', description: 'This server' }],
    tags,
    paths,
    components: {
      schemas: { Problem, ...schemas.components(paths) },
      examples: problemExamples,
      headers: responseHeaders,
      securitySchemes,
    },
  }
}

const license = { name: 'MIT', identifier: 'MIT' }

type Schemas = ReturnType<typeof createJsonSchemas>

function operation(route: Route, schemas: Schemas) {
  const parameters = parametersOf(route, schemas)
  const body = route.body ?? route.signedBody
  return {
    operationId: operationIdOf(route),
    summary: route.summary,
    description: callersOf(route),
    tags: [tagOf(route)],
    security: securityOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemas.schema(body) } } },
    }),
    ...(route.upload && {
      requestBody: {
        required: true,
        content: Object.fromEntries(
          route.upload.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
        ),
      },
    }),
    responses: responsesOf(route, schemas),
  }
}

/** The scopes of API tokens that may call the route. */
const scopesOf = ({ tokens }: Route): readonly string[] =>
  tokens === undefined ? [] : tokens === 'integration' ? [tokens] : tokenScopes

/** The roles, and the scopes of API tokens, are the names in the list of each scheme. */
function securityOf(route: Route) {
  const { roles, devices, tokens, link, cookie, bearer } = route
  return [
    ...(roles ? [{ accessToken: roles }] : []),
    ...(roles && devices ? [{ deviceToken: [] }] : []),
    ...(tokens ? [{ apiToken: scopesOf(route) }] : []),
    ...(link ? [{ trackingLink: [link] }] : []),
    ...(bearer ? [{ accessToken: [] }] : []),
    ...(cookie ? [{ sessionCookie: [] }] : []),
  ]
}

function callersOf(route: Route): string {
  const { roles, devices, tokens, link, limitedSessions } = route
  if (!roles) return 'Open to callers without a token.'
  const callers = [
    ...roles.map((role) => `${role}s`),
    ...(devices ? ['devices'] : []),
    ...scopesOf(route).map((scope) => `\`${scope}\` tokens`),
  ]
  return [
    `For ${callers.join(', ')}.`,
    tokens === 'with_contact' ? 'Not for a `dashboard` token without contact details.' : '',
    link
      ? `Also for the holder of a tracking link to the order${link === 'read' ? '' : ', where the settings allow it'}.`
      : '',
    limitedSessions ? 'Also for a session that lacks its second factor.' : '',
  ]
    .filter(Boolean)
    .join(' ')
}

const isProperties = (value: unknown): value is Record<string, JsonSchema> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parametersOf({ path, query, headers = {} }: Route, schemas: Schemas) {
  const given = query ? schemas.inline(query) : {}
  const properties = isProperties(given.properties) ? given.properties : {}
  const required: readonly unknown[] = Array.isArray(given.required) ? given.required : []
  return [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: schemas.schema(id),
    })),
    ...Object.entries(properties).map(([name, schema]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      schema,
    })),
    ...Object.entries(headers).map(([name, schema]) => ({
      name,
      in: 'header',
      required: false,
      schema: schemas.schema(schema),
    })),
  ]
}

function contentOf(body: ReplyBody, schemas: Schemas) {
  if (body === null) return undefined
  if (typeof body === 'string') return { [body]: { schema: { type: 'string' } } }
  return { 'application/json': { schema: schemas.schema(body satisfies z.ZodMiniType) } }
}

const titles: Readonly<Record<number, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Under way',
  204: 'Done',
  302: 'Leads to the address of the Location header',
}

const eachReply = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } }
const retryLater = { 'Retry-After': { $ref: '#/components/headers/Retry-After' } }

function responsesOf(route: Route, schemas: Schemas) {
  const responses: Record<string, unknown> = {}
  for (const [status, body] of Object.entries(route.reply)) {
    const content = contentOf(body, schemas)
    responses[status] = {
      description: titles[Number(status)] ?? 'Done',
      headers: eachReply,
      ...(content && { content }),
    }
  }
  const codes = errorsOf(route)
  for (const status of new Set(codes.map((code) => errorCodes[code].status))) {
    const ofStatus = codes.filter((code) => errorCodes[code].status === status)
    responses[status] = problemResponse(status, ofStatus)
  }
  return responses
}

function problemResponse(status: number, codes: readonly ErrorCode[]) {
  const examples = Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]))
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }],
  }
  return {
    description: codes.map((code) => `\`${code}\`: ${errorCodes[code].title}`).join('  \n'),
    headers: { ...eachReply, ...((status === 429 || status === 503) && retryLater) },
    content: { 'application/problem+json': { schema, examples } },
  }
}
