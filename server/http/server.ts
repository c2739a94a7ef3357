import cors from 'cors'
import express, { type Express, type RequestHandler, type Router } from 'express'
import type { Logger } from 'pino'
import { DomainError } from '../lib/errors.ts'
import { bearerToken } from './bearer.ts'
import { client } from './middleware/client.ts'
import { notFound, problems } from './middleware/problems.ts'
import { requestLog } from './middleware/request-log.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { setRefreshToken } from './refresh-cookie.ts'
import type { Identify, Route } from './route.ts'

export interface HttpDependencies {
  routes: readonly Route[]
  identify: Identify
  /** False while the database, the broker and what they keep are being opened: then nothing can be answered yet. */
  started: () => boolean
  /** Rejects while the database or the broker cannot be used; what else is amiss it resolves to. */
  ready: () => Promise<object>
  clientDir: string
  allowedOrigins: readonly string[]
  trustProxy: number | boolean | string
  log: Logger
}

/** The middleware, in the order a request meets it. */
export function createHttp({
  routes,
  identify,
  started,
  ready,
  clientDir,
  allowedOrigins,
  trustProxy,
  log,
}: HttpDependencies): Express {
  const http = express()
  http.disable('x-powered-by')
  http.set('trust proxy', trustProxy)
  http.set('etag', false)

  http.use(requestLog(log), securityHeaders())
  http.get('/healthz', (_request, response) => void response.json({ status: 'up' }))
  http.get('/readyz', async (_request, response) => {
    const amiss = await ready().catch(() => {
      throw new DomainError('unavailable', 'The database or the broker cannot be used right now.', { retryAfter: 2 })
    })
    response.json({ status: 'ready', ...amiss })
  })
  if (allowedOrigins.length > 0) {
    const exposedHeaders = ['Location', 'Retry-After']
    http.use('/api', cors({ origin: [...allowedOrigins], credentials: true, exposedHeaders }))
  }
  http.use('/api', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    // `Date` knows whole seconds only: too coarse to say how old something is on another machine's screen.
    response.setHeader('Server-Time', new Date().toISOString())
    next()
  })
  http.use((_request, _response, next) => {
    if (!started())
      throw new DomainError('unavailable', 'The server is starting. Try again in a moment.', { retryAfter: 2 })
    next()
  })
  http.use('/api', express.json({ limit: '64kb' }), api(routes, identify), notFound)
  http.use(client(clientDir))
  http.use(problems({ log }))
  return http
}

/** The table made into Express routes; a known path with another method is answered with the methods it has. */
function api(routes: readonly Route[], identify: Identify): Router {
  const router = express.Router()
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path)
    // One layer a path: a request is compared with one after the other until it has found its own.
    const layer = router.route(path)
    for (const route of here) layer[route.method](answerWith(route, identify))
    const methods = here.map((route) => route.method.toUpperCase()).join(', ')
    layer.all((request, response) => {
      response.set('Allow', methods)
      throw new DomainError('method_not_allowed', `${request.method} is not possible here, but ${methods}.`)
    })
  }
  return router
}

const answerWith =
  (route: Route, identify: Identify): RequestHandler =>
  async (request, response) => {
    const token = route.roles && bearerToken(request)
    const identity = token ? await identify(token) : null
    const { status, headers, cookie, body } = await route.answer(request, identity)
    if (cookie !== undefined) setRefreshToken(request, response, cookie)
    response.status(status)
    for (const name in headers) response.setHeader(name, headers[name] ?? '')
    if (body === undefined) return void response.end()
    // As a string node sends it together with the headers, in one piece.
    response.setHeader('Content-Type', 'application/json; charset=utf-8')
    response.end(JSON.stringify(body))
  }
