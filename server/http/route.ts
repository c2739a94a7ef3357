import type { Request } from 'express'
import type { Role } from '#shared/actors.ts'
import type { Identity } from '../auth/sessions.ts'
import { DomainError } from '../lib/errors.ts'
import { fieldErrors, type z } from '../lib/zod.ts'

/** Who bears a token, a person's or a device's. Throws unauthenticated. */
export type Identify = (token: string) => Promise<Identity>

/** What a controller is given: parsed once, so inside the types are true. `identity`: null where anyone may ask. */
export interface Call<Body, Query, Caller = null> {
  body: Body
  query: Query
  param(name: string): string
  request: Request
  identity: Caller
}

/** What a controller answers. `cookie`: the new refresh token; null takes it away. */
export interface Reply {
  status: number
  body?: unknown
  headers?: Readonly<Record<string, string>>
  cookie?: string | null
}

interface Shape<Body, Query> {
  method: 'get' | 'post' | 'patch' | 'delete'
  /** Express's path, below /api. */
  path: string
  body?: z.ZodMiniType<Body>
  query?: z.ZodMiniType<Query>
  /** Open to a vendor's devices too. Their tokens live long and lie about in vans, so they open nothing else. */
  devices?: true
}

/** One line of the table. `roles` null: anyone, signed in or not. */
export interface Route extends Shape<unknown, unknown> {
  roles: readonly Role[] | null
  answer(request: Request, identity: Identity | null): Promise<Reply>
}

/** What a device is told that asks for more than a device may. */
export const notForDevices = 'A device may not do this.'

/** A route for anyone. */
export function open<Body = undefined, Query = undefined>(
  shape: Shape<Body, Query>,
  controller: (call: Call<Body, Query>) => Promise<Reply>,
): Route {
  return { ...shape, roles: null, answer: async (request) => controller(callOf(request, shape, null)) }
}

/** A route for those who are signed in and have one of `roles`; for a device only where the shape says so. */
export function only<Body = undefined, Query = undefined>(
  roles: readonly Role[],
  shape: Shape<Body, Query>,
  controller: (call: Call<Body, Query, Identity>) => Promise<Reply>,
): Route {
  return {
    ...shape,
    roles,
    async answer(request, identity) {
      if (!identity) throw new DomainError('unauthenticated')
      if (identity.deviceId !== null && !shape.devices) throw new DomainError('forbidden', notForDevices)
      if (!roles.includes(identity.role)) throw new DomainError('forbidden')
      return controller(callOf(request, shape, identity))
    },
  }
}

function callOf<Body, Query, Caller>(
  request: Request,
  { body, query }: Shape<Body, Query>,
  identity: Caller,
): Call<Body, Query, Caller> {
  // A body in another language would otherwise be read as an empty one.
  if (body && request.is('json') === false) {
    throw new DomainError('invalid_request', 'Send JSON, with Content-Type: application/json.')
  }
  return {
    body: parse(body, request.body),
    query: parse(query, request.query),
    param: (name) => String(request.params[name]),
    request,
    identity,
  }
}

/** Throws invalid_request with every field that is wrong. Without a schema there is nothing to read, and `Value` is undefined. */
function parse<Value>(schema: z.ZodMiniType<Value> | undefined, value: unknown): Value {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of Shape make it undefined just then
  if (!schema) return undefined as Value
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return parsed.data
  const errors = fieldErrors(parsed.error.issues)
  const detail = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
  throw new DomainError('invalid_request', detail, { errors })
}
