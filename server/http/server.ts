import { pipeline } from 'node:stream/promises'
import cors from 'cors'
import express, { type Express, type RequestHandler, type Router } from 'express'
import type { Logger } from 'pino'
import type { Clock } from '../lib/clock.ts'
import { DomainError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { bearerToken } from './bearer.ts'
import type { Metrics } from './metrics/index.ts'
import { readClientPages } from './client-pages.ts'
import { client } from './middleware/client.ts'
import { getOnly, notBelowServerPaths, oneHost, withoutUpgrade } from './middleware/not-the-page.ts'
import { notFound, problems } from './middleware/problems.ts'
import { proxyNotice } from './middleware/proxy-notice.ts'
import { requestLog } from './middleware/request-log.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { createCookies } from './cookies.ts'
import { requestIdOf } from './request-id.ts'
import { sendFile } from './middleware/send-file.ts'
import type { Audit, Identify, Pages, Route, ServedFile } from './route.ts'

export interface HttpDependencies {
  routes: readonly Route[]
  identify: Identify
  /** Of limited sessions too. */
  identifyLimited: Identify
  audits: readonly Audit[]
  /** Pages outside the client. */
  pages?: Pages
  files?: readonly ServedFile[]
  /** Of the map tiles, which browsers may load; null when they are this server's own. */
  tilesOrigin?: string | null
  /** False until the database and the broker are open. Until then every request gets a 503. */
  started: () => boolean
  /** Rejects while the database or the broker is unavailable. Resolves to the state of optional dependencies (Redis). */
  ready: () => Promise<object>
  metrics: Pick<Metrics, 'countRequest' | 'serve'>
  clientDir: string
  /** Of the server, for `GET /healthz`. */
  version: string
  basePath: string
  allowedOrigins: readonly string[]
  trustProxy: number | boolean | string
  log: Logger
  clock: Pick<Clock, 'monotonic'>
}

/** Creates the Express application. The middleware is listed in the order in which it runs. */
export function createHttp({
  routes,
  identify,
  identifyLimited,
  audits,
  pages = {},
  files = [],
  tilesOrigin = null,
  started,
  ready,
  metrics,
  clientDir,
  version,
  basePath,
  allowedOrigins,
  trustProxy,
  log,
  clock,
}: HttpDependencies): Express {
  const http = express()
  http.disable('x-powered-by')
  http.set('trust proxy', trustProxy)
  http.set('etag', false)

  const clientPages = readClientPages(clientDir, basePath)
  const headers = securityHeaders(tilesOrigin, clientPages.hashes)
  http.use(requestLog(log), proxyNotice(trustProxy, log), metrics.countRequest, headers, oneHost)
  http.get('/metrics', metrics.serve)
  http.get('/healthz', (_request, response) => void response.json({ status: 'up', version }))
  http.get('/readyz', async (_request, response) => {
    const degraded = await ready().catch(() => {
      throw new DomainError('unavailable', 'The database or the broker cannot be used right now.', { retryAfter: 2 })
    })
    response.json({ status: 'ready', ...degraded })
  })
  if (allowedOrigins.length > 0) {
    const exposedHeaders = ['Location', 'Retry-After', 'X-Request-Id']
    http.use('/api', cors({ origin: [...allowedOrigins], credentials: true, exposedHeaders }))
  }
  http.use('/api', (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    // `Date` has whole seconds only. The page needs more to show the age of an order by the server's clock.
    response.setHeader('Server-Time', new Date().toISOString())
    next()
  })
  http.use((_request, _response, next) => {
    if (!started())
      throw new DomainError('unavailable', 'The server is starting. Try again in a moment.', { retryAfter: 2 })
    next()
  })
  http.use('/api', bodyParser(routes), api(routes, { identify, identifyLimited, audits, basePath, log }), notFound)
  for (const [path, html] of Object.entries(pages)) {
    // Without a slash at the end, from which relative links would be others.
    http.get(path, (request, response, next) => (request.path === path ? void response.send(html()) : next()))
  }
  for (const served of files) http.get(served.path, sendFile(served))
  http.use('/mqtt', withoutUpgrade)
  http.use(notBelowServerPaths, getOnly, client(clientDir, clientPages), notFound)
  http.use(problems({ audits, log, clock }))
  return http
}

/** Parses JSON; a signed body stays text. Payment providers send more than people do. */
function bodyParser(routes: readonly Route[]): RequestHandler {
  const signed = new Set(routes.flatMap(({ path, signedBody }) => (signedBody ? [path] : [])))
  const [json, text] = [express.json({ limit: '64kb' }), express.text({ type: () => true, limit: '256kb' })]
  return (request, response, next) => (signed.has(request.path) ? text : json)(request, response, next)
}

/** Builds the router from the route table. A known path with an unsupported method gets a 405 with an Allow header. */
function api(routes: readonly Route[], dependencies: HandlerDependencies): Router {
  const router = express.Router()
  // A path without parameters first: /users/invite is no /users/:id.
  const hasParameter = ({ path }: Route) => Number(path.includes(':'))
  const ordered = [...routes].sort((a, b) => hasParameter(a) - hasParameter(b))
  for (const path of new Set(ordered.map((route) => route.path))) {
    const routesOfPath = routes.filter((route) => route.path === path)
    // One router layer per path: Express matches the layers one after the other.
    const layer = router.route(path)
    for (const route of routesOfPath) layer[route.method](handlerOf(route, dependencies))
    const methods = routesOfPath.map((route) => route.method.toUpperCase())
    const allow = methods.join(', ')
    layer.all((request, response) => {
      response.locals.route = `/api${path}`
      response.set('Allow', allow)
      throw new DomainError('method_not_allowed', `${request.method} is not possible here, but ${allow}.`, {
        method: request.method,
        methods,
      })
    })
  }
  return router
}

interface HandlerDependencies extends Pick<HttpDependencies, 'identify' | 'identifyLimited' | 'audits' | 'basePath'> {
  log: Log
}

function handlerOf(
  route: Route,
  { identify, identifyLimited, audits, basePath, log }: HandlerDependencies,
): RequestHandler {
  const identifyCaller = route.limitedSessions ? identifyLimited : identify
  const pattern = `/api${route.path}`
  const cookies = createCookies(basePath)
  return async (request, response) => {
    response.locals.route = pattern
    const token = route.roles && bearerToken(request)
    const identity = token ? await identifyCaller(token) : null
    const reply = await route.handle(request, identity)
    const { status, headers, cookie, browser, redirectState, body, html, stream, log: line, changes } = reply
    if (cookie !== undefined) cookies.setRefreshToken(request, response, cookie)
    if (redirectState !== undefined) cookies.setRedirectState(request, response, redirectState)
    if (browser) cookies.setBrowserToken(request, response, browser)
    if (line) {
      const { message: action, ...details } = line
      const [requestId, by, address] = [requestIdOf(response), identity?.id, request.ip]
      log.info({ requestId, address, by, ...details }, action)
      const event = { action, by: by ?? null, address: address ?? null, requestId, details, changes }
      for (const audit of audits) await audit(event)
    }
    response.status(status)
    for (const name in headers) response.setHeader(name, headers[name] ?? '')
    if (basePath && headers?.Location?.startsWith('/')) response.setHeader('Location', basePath + headers.Location)
    if (stream) return pipeline(stream, response)
    if (html !== undefined) return void response.type('html').end(html)
    if (body === undefined) return void response.end()
    // Node sends a string together with the headers in one packet.
    response.setHeader('Content-Type', 'application/json; charset=utf-8')
    response.end(JSON.stringify(body))
  }
}
