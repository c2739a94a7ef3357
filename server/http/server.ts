import cors from 'cors'
import express, { type Express, type Router } from 'express'
import helmet from 'helmet'
import { pinoHttp } from 'pino-http'
import type { Logger } from 'pino'
import { DomainError } from '../services/domain-error.ts'
import { bearerToken } from './bearer.ts'
import { client } from './middleware/client.ts'
import { notFound, problems } from './middleware/problems.ts'
import { setRefreshToken } from './refresh-cookie.ts'
import type { Identify, Route } from './route.ts'

export interface HttpDependencies {
  routes: readonly Route[]
  identify: Identify
  /** False while the database, the broker and what they keep are being opened: then nothing can be answered yet. */
  started: () => boolean
  /** Rejects while the database or the broker cannot be used. */
  ready: () => Promise<void>
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

  http.use(
    pinoHttp({
      logger: log,
      customLogLevel: (_request, response) => (isFailure(response.statusCode) ? 'error' : 'debug'),
    }),
  )
  http.use(helmet(securityHeaders))
  http.get('/healthz', (_request, response) => void response.json({ status: 'up' }))
  http.get('/readyz', async (_request, response) => {
    await ready().catch(() => {
      throw new DomainError('unavailable', 'The database or the broker cannot be used right now.', { retryAfter: 2 })
    })
    response.json({ status: 'ready' })
  })
  http.use(
    '/api',
    cors({ origin: [...allowedOrigins], credentials: true, exposedHeaders: ['Location', 'Retry-After'] }),
  )
  http.use('/api', (_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    // `Date` knows whole seconds only: too coarse to say how old something is on another machine's screen.
    response.set('Server-Time', new Date().toISOString())
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

/** Of a 503 the cause is logged where it is known, and not once more for everybody who asks. */
const isFailure = (status: number) => status >= 500 && status !== 503

/** The table made into Express routes; a known path with another method is answered with the methods it has. */
function api(routes: readonly Route[], identify: Identify): Router {
  const router = express.Router()
  for (const route of routes) {
    router[route.method](route.path, async (request, response) => {
      const token = route.roles && bearerToken(request)
      const identity = token ? await identify(token) : null
      const { status, headers, cookie, body } = await route.answer(request, identity)
      if (cookie !== undefined) setRefreshToken(request, response, cookie)
      response.set(headers ?? {}).status(status)
      if (body === undefined) response.end()
      else response.json(body)
    })
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase())
    router.all(path, (request, response) => {
      response.set('Allow', methods.join(', '))
      throw new DomainError('method_not_allowed', `${request.method} is not possible here, but ${methods.join(', ')}.`)
    })
  }
  return router
}

/** Helmet's defaults less what breaks plain HTTP on a LAN (HSTS and the upgrade of every request to HTTPS). */
const securityHeaders: Parameters<typeof helmet>[0] = {
  strictTransportSecurity: false,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
}
