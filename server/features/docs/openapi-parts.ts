import { errorCodes } from '#shared/errors.ts'
import type { Route } from '../../http/route.ts'

// The parts of the OpenAPI document that are the same for every route.

export const description = `
Orders are placed and changed by these calls, and told live over MQTT: see the AsyncAPI document (\`asyncapi.json\`).

**Tokens.** Send \`Authorization: Bearer …\` with an access token (\`POST /auth/login\`, 15 minutes), the token of a device, or an
API token (\`POST /tokens\`, long-lived); the token of a tracking link (\`POST /orders/{id}/tracking\`) is for its order alone. An order is shown in the view of the caller: in full, as an offer (of the contact the
area only), or without who ordered for a token without contact details.

**Errors** are \`application/problem+json\` (RFC 9457) with a \`code\` to act on. \`errors\` names each field that is wrong.

**Once.** \`POST /orders\` with an \`Idempotency-Key\`, and a status change with a \`commandId\`, may be repeated after a lost
response. A change with a \`version\` is refused when the order has changed meanwhile.
`.trim()

const tags: Readonly<Record<string, string>> = {
  alerts: 'Orders',
  account: 'Own account',
  audit: 'Audit log',
  auth: 'Signing in',
  devices: 'Devices',
  files: 'Orders',
  invitations: 'People',
  mqtt: 'Devices',
  notifications: 'Notifications',
  orders: 'Orders',
  push: 'Notifications',
  services: 'Catalogue',
  tokens: 'API tokens',
  tracking: 'Tracking links',
  users: 'People',
  vendors: 'People',
  webhooks: 'Webhooks',
}

/** By the first segment of the path. */
export const tagOf = ({ path }: Pick<Route, 'path'>): string => tags[path.split('/')[1] ?? ''] ?? 'This server'

export const securitySchemes = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The access token of a person. The listed roles may make the call.',
  },
  deviceToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a device, which acts for its vendor.',
  },
  apiToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API token with one of the listed scopes.',
  },
  trackingLink: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a tracking link (`POST /orders/{id}/tracking`), for its order alone.',
  },
  sessionCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'callout_refresh',
    description: 'The cookie of a session, which signing in sets. Scripts cannot read it.',
  },
}

export const responseHeaders = {
  'X-Request-Id': {
    description: 'The id of the request in the log: that of the same header of the request, or a new one.',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds until another attempt may succeed.', schema: { type: 'integer' } },
}

/** One for each error code. */
export const problemExamples = Object.fromEntries(
  Object.entries(errorCodes).map(([code, { status, title }]) => {
    const value = { type: `https://callout.dev/problems/${code}`, title, status, code, detail: title }
    return [code, { summary: title, value }]
  }),
)

/** RFC 9457. Values that `detail` mentions are members of their own. */
export const Problem = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string', description: 'The code in words.' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errorCodes) },
    detail: { type: 'string', description: 'What is wrong with this request.' },
    errors: {
      type: 'array',
      description: 'Each field that is wrong.',
      items: {
        type: 'object',
        properties: {
          path: { type: 'string', description: 'Where in the body or query, dotted.' },
          message: { type: 'string' },
          code: { type: 'string' },
        },
        required: ['path', 'message'],
      },
    },
  },
  required: ['type', 'title', 'status', 'code', 'detail'],
  examples: [
    {
      type: 'https://callout.dev/problems/invalid_request',
      title: errorCodes.invalid_request.title,
      status: 400,
      code: 'invalid_request',
      detail: 'items.0.quantity: Too small: expected number to be >=1',
      errors: [
        { path: 'items.0.quantity', message: 'Too small: expected number to be >=1', code: 'too_small', minimum: 1 },
      ],
    },
  ],
}
