import type { Request } from 'express'
import { DomainError } from '../lib/errors.ts'
import { fieldErrors, type z } from '../lib/zod.ts'
import type { Call, Shape } from './route.ts'

/** The input of the controller, parsed by the shape of the route. */
export function callOf<Body, Query, Caller>(
  request: Request,
  { body, query }: Pick<Shape<Body, Query>, 'body' | 'query'>,
  identity: Caller,
): Call<Body, Query, Caller> {
  // express.json() ignores other media types, and their body would be parsed as an empty one. An empty one needs no type.
  if (body && request.is('json') === false && request.get('Content-Length') !== '0') {
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

/**
 * Throws invalid_request with every invalid field. Without a schema the result is undefined, and so is `Value`: it is the
 * default of the type parameters of `open` and `only`.
 */
function parse<Value>(schema: z.ZodMiniType<Value> | undefined, value: unknown): Value
function parse(schema: z.ZodMiniType<unknown> | undefined, value: unknown): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return parsed.data
  const errors = fieldErrors(parsed.error.issues)
  const detail = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')
  throw new DomainError('invalid_request', detail, { errors })
}
