import type { OrderCheck } from '../auth/checks.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Clock } from '../lib/clock.ts'
import type { Metric } from '../lib/metrics.ts'
import type { Services } from '../services/index.ts'
import type { Registration } from '../services/registration.ts'
import { authRoutes } from './controllers/auth.ts'
import { catalogueRoutes } from './controllers/catalogue.ts'
import { customerRoutes } from './controllers/customers.ts'
import { orderRoutes } from './controllers/orders.ts'
import { peopleRoutes, type PeopleDependencies } from './controllers/people.ts'
import { createHttpListener } from './listener.ts'
import { createMetrics } from './metrics/index.ts'
import type { RateLimits } from './middleware/rate-limits.ts'
import type { Registered, Route } from './route.ts'
import { createHttp, type HttpDependencies } from './server.ts'
import { sessionRoutes } from './controllers/sessions.ts'
import type { SignIn } from './sign-in.ts'

export interface HttpServerDependencies extends Pick<
  HttpDependencies,
  'identify' | 'identifyLimited' | 'audits' | 'pages' | 'files' | 'started' | 'ready' | 'clientDir' | 'version' | 'log'
> {
  config: {
    allowedOrigins: readonly string[]
    trustProxy: number | boolean | string
    metricsToken: string | null
    basePath: string
    map: { tilesUrl: string | null }
  }
  services: Services
  sessions: Sessions
  signIn: SignIn
  limits: RateLimits
  registration: Pick<Registration, 'isOpen'>
  registered: readonly Registered[]
  orderChecks: readonly OrderCheck[]
  vendorRatings: PeopleDependencies['vendorRatings']
  featureRoutes: readonly Route[]
  /** What the other parts measure, for `GET /metrics`. */
  metrics: readonly Metric[]
  /** For tests: what each route becomes. */
  wrapRoute?: (route: Route) => Route
  clock: Clock
}

/** The REST API, the built client and the server that they and the broker's WebSocket share. */
export function createHttpServer(dependencies: HttpServerDependencies) {
  const { config, services, sessions, signIn, limits, identifyLimited, featureRoutes, clock } = dependencies
  const { registration, registered, orderChecks, wrapRoute = (route) => route } = dependencies
  const { users, catalogue, customers, orders, corrections, lists, presence } = services
  const routes = [
    ...authRoutes({ users, sessions, signIn, identify: identifyLimited, limits, registration, registered }),
    ...sessionRoutes({ users, sessions, signIn }),
    ...catalogueRoutes({ catalogue }),
    ...orderRoutes({ orders, corrections, lists, limits, checks: orderChecks }),
    ...customerRoutes({ customers }),
    ...peopleRoutes({ users, presence, vendorRatings: dependencies.vendorRatings }),
    ...featureRoutes,
  ].map(wrapRoute)
  const metrics = createMetrics({ token: config.metricsToken, metrics: [...dependencies.metrics, signIn.metric] })
  const { allowedOrigins, trustProxy, basePath } = config
  const tilesOrigin = config.map.tilesUrl === null ? null : new URL(config.map.tilesUrl).origin
  const application = createHttp({
    ...dependencies,
    allowedOrigins,
    trustProxy,
    basePath,
    tilesOrigin,
    routes,
    metrics,
  })
  const listener = createHttpListener(application, clock, basePath)
  return {
    ...listener,
    routes,
    terminate() {
      metrics.stop()
      listener.terminate()
    },
  }
}
