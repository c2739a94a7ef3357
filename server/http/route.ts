import type { Request } from 'express'
import { roles as everyRole, type Role } from '#shared/actors.ts'
import type { ErrorCode } from '#shared/errors.ts'
import type { LinkRight } from '#shared/tracking.ts'
import type { User } from '#shared/users.ts'
import type { Identity } from '../auth/sessions.ts'
import { DomainError } from '../lib/errors.ts'
import { z } from '../lib/zod.ts'
import { callOf } from './parse-call.ts'

/** Returns the owner of a user's or a device's token. Throws unauthenticated. */
export type Identify = (token: string) => Promise<Identity>

/** The input of a controller. `body` and `query` are parsed by the route's schemas; `identity` is null on open routes. */
export interface Call<Body, Query, Caller = null> {
  body: Body
  query: Query
  param(name: string): string
  request: Request
  identity: Caller
}

/**
 * The output of a controller. `cookie`: the new refresh token; null clears the cookie. `browser`: the new token of the
 * browser (auth/known-browsers.ts), if it changed.
 */
export interface Reply {
  status: number
  body?: unknown
  /** A page instead of `body`, for links that are opened without the client. */
  html?: string
  headers?: Readonly<Record<string, string>>
  cookie?: string | null
  browser?: string | null
  /** Kept in the browser while it is at another server to sign in; null clears it. */
  redirectState?: string | null
  /** A line of the info log. The id of the request, the address and the caller are added to its fields. */
  log?: { message: string } & Readonly<Record<string, unknown>>
  /** With `log`: what it was about before and after, for the audit log. */
  changes?: { before: object; after: object }
  /** A body that is sent as it is produced, instead of `body`. `headers` has its Content-Type. */
  stream?: AsyncIterable<string | Uint8Array>
}

/**
 * An administrative act or a security event: what a route logs, and the refusals that an operator wants to know of.
 * `action`: the message of the log. `by`: a user id. `details`: the fields of the log.
 */
export interface AuditEvent {
  action: string
  by: string | null
  address: string | null
  requestId: string
  details: Readonly<Record<string, unknown>>
  changes?: Reply['changes']
}

/** Stores the event before the response is sent. */
export type Audit = (event: AuditEvent) => Promise<void>

/** HTML by path. */
export type Pages = Readonly<Record<string, () => string>>

/** A file on disk, served in whole or by ranges; a 404 while it is not there. */
export interface ServedFile {
  path: string
  file: string
}

/** Runs once a customer has registered, before the response is sent. */
export type Registered = (user: User, request: Request) => Promise<void>

export type ReplyBody = z.ZodMiniType | 'text/csv' | 'text/html' | 'image/*' | null

/** The body of 202: what was asked for is under way. */
export const accepted = z.strictObject({})

export interface Shape<Body, Query> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** An Express path pattern below /api. */
  path: string
  body?: z.ZodMiniType<Body>
  /** Instead of `body`: the controller reads the text that was sent from `request.body`, to verify a signature of it. */
  signedBody?: z.ZodMiniType
  query?: z.ZodMiniType<Query>
  /** The media types of a body that the controller reads itself. */
  upload?: readonly string[]
  /** Headers that the controller reads. */
  headers?: Readonly<Record<string, z.ZodMiniType>>
  /** Reads a cookie of a session. */
  cookie?: true
  /** An open route that reads a token as well. */
  bearer?: true
  /** For the API document: what it does, in one line. */
  summary: string
  /** The body of each status that the controller answers: its schema, its media type, or null for none. */
  reply: Readonly<Record<number, ReplyBody>>
  /** Codes of shared/errors.ts, besides those of every such route (errorsOf). */
  errors?: readonly ErrorCode[]
  /** Open to devices as well. Device tokens are long-lived and less protected, so most routes refuse them. */
  devices?: true
  /** Open to API tokens as well: to any, to those that read contact details, or to integrations only. */
  tokens?: 'any' | 'with_contact' | 'integration'
  /** Open to people who have to do something before they may use the rest (Feature.accessCheck). */
  limitedSessions?: true
  /** Open to holders of tracking links as well: `read` to all, others where the settings allow it. Most routes refuse them. */
  link?: 'read' | LinkRight
}

/** One row of the route table. `roles` null: open to requests without a token. */
export interface Route extends Shape<unknown, unknown> {
  roles: readonly Role[] | null
  handle(request: Request, identity: Identity | null): Promise<Reply>
}

/** Every code that the route may answer. The rest of the server adds none, except `internal` when it has a fault. */
export function errorsOf(route: Route): ErrorCode[] {
  const { roles, body, signedBody, query, headers, path, devices, tokens, link, limitedSessions, errors = [] } = route
  const isForAll = devices && tokens === 'any' && link === 'read' && roles?.length === everyRole.length
  return [
    ...new Set<ErrorCode>([
      ...(body ? (['malformed_json', 'too_large', 'unsupported_media_type'] as const) : []),
      ...(signedBody ? (['too_large', 'unsupported_media_type', 'invalid_request'] as const) : []),
      ...(body || query || headers || path.includes(':') ? (['invalid_request'] as const) : []),
      ...(roles ? (['unauthenticated'] as const) : []),
      ...(roles && !isForAll ? (['forbidden'] as const) : []),
      ...(roles && !limitedSessions ? (['second_factor_missing'] as const) : []),
      ...errors,
      'unavailable',
    ]),
  ]
}

/** The detail of the problem sent to a device on a route that devices may not use. */
export const notForDevices = 'A device may not do this.'

function refuseToken({ scope, reader }: Identity, tokens: Route['tokens']): void {
  if (scope === null || tokens === 'any') return
  if (!tokens || (tokens === 'integration' && scope !== 'integration')) {
    throw new DomainError('forbidden', `A token with the scope "${scope}" may not do this.`)
  }
  if (reader === 'without_contact')
    throw new DomainError('forbidden', 'A token without contact details may not do this.')
}

function refuseLink({ link }: Identity, right: Route['link']): void {
  if (!link || right === 'read' || (right && link.may.includes(right))) return
  throw new DomainError('forbidden', 'The holder of a tracking link may not do this.')
}

/** A route that needs no token. */
export function open<Body = undefined, Query = undefined>(
  shape: Shape<Body, Query>,
  controller: (call: Call<Body, Query>) => Promise<Reply>,
): Route {
  return { ...shape, roles: null, handle: async (request) => controller(callOf(request, shape, null)) }
}

/** A route for signed-in users with one of `roles`, and for devices where the shape allows them. */
export function only<Body = undefined, Query = undefined>(
  roles: readonly Role[],
  shape: Shape<Body, Query>,
  controller: (call: Call<Body, Query, Identity>) => Promise<Reply>,
): Route {
  return {
    ...shape,
    roles,
    async handle(request, identity) {
      if (!identity) throw new DomainError('unauthenticated')
      if (identity.deviceId !== null && !shape.devices) throw new DomainError('forbidden', notForDevices)
      refuseToken(identity, shape.tokens)
      refuseLink(identity, shape.link)
      if (!roles.includes(identity.role)) throw new DomainError('forbidden')
      return controller(callOf(request, shape, identity))
    },
  }
}
