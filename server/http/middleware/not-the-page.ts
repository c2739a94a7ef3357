import type { RequestHandler } from 'express'
import { DomainError } from '../../lib/errors.ts'
import { hasSeveralHosts } from '../../net/host-header.ts'
import { notFound } from './problems.ts'

/** Paths of the server itself, also after a base URL with a trailing slash: `//api/orders`. The page is no answer below them. */
const serverPaths = /^\/+(api|docs|healthz|metrics|mqtt|readyz)(?=\/|$)/i

/** Also for a path with percent-encoded letters, which Express does not decode: `/%6detrics`. */
export const notBelowServerPaths: RequestHandler = (request, response, next) =>
  serverPaths.test(decoded(request.path)) ? notFound(request, response, next) : next()

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** RFC 9112, 3.2: exactly one. Node would refuse a request without one before it has an id. */
export const oneHost: RequestHandler = (request, _response, next) => {
  if (hasSeveralHosts(request)) throw new DomainError('invalid_request', 'The request has more than one Host header.')
  if (request.headers.host === undefined && request.httpVersion !== '1.0')
    throw new DomainError('invalid_request', 'The request has no Host header.')
  next()
}

/** For paths of the page. */
export const getOnly: RequestHandler = ({ method }, response, next) => {
  if (method === 'GET' || method === 'HEAD') return next()
  const methods = ['GET', 'HEAD']
  response.set('Allow', methods.join(', '))
  throw new DomainError('method_not_allowed', `${method} is not possible here, but ${methods.join(', ')}.`, {
    method,
    methods,
  })
}

/** A proxy that removes the Upgrade header sends such requests, and their clients report only "unexpected response". */
export const withoutUpgrade: RequestHandler = () => {
  throw new DomainError(
    'not_found',
    'This is the address of MQTT over WebSocket, but the request has no "Upgrade: websocket". Does a proxy remove it?',
  )
}
