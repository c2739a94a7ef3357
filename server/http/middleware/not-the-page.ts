import type { RequestHandler } from 'express'
import { DomainError } from '../../lib/errors.ts'
import { hasSeveralHosts } from '../../net/host-header.ts'

/** Paths of the server itself, also after a base URL with a trailing slash: `//api/orders`. The page is no answer below them. */
export const serverPaths = /^\/+(api|docs|healthz|metrics|mqtt|readyz)(?=\/|$)/i

export const oneHost: RequestHandler = (request, _response, next) => {
  if (hasSeveralHosts(request)) throw new DomainError('invalid_request', 'The request has more than one Host header.')
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
