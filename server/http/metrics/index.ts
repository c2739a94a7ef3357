import type { Request, RequestHandler } from 'express'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { DomainError } from '../../lib/errors.ts'
import { equalInConstantTime } from '../../lib/constant-time.ts'
import type { Metric } from '../../lib/metrics.ts'
import { isLoopbackAddress } from '../../net/client-address.ts'
import { bearerToken } from '../bearer.ts'
import { createEventLoopDelay } from './event-loop-delay.ts'
import { createRequestMetrics } from './request-metrics.ts'

export interface MetricsDependencies {
  /** METRICS_TOKEN. null: only clients on this machine may read the metrics. */
  token: string | null
  /** Of the other parts of the server. */
  metrics: readonly Metric[]
}

export type Metrics = ReturnType<typeof createMetrics>

/** `GET /metrics` in the text format of Prometheus. */
export function createMetrics({ token, metrics }: MetricsDependencies) {
  const registry = new Registry()
  const countRequest = createRequestMetrics(registry)
  const eventLoopDelay = createEventLoopDelay()
  for (const metric of [...metrics, eventLoopDelay.metric]) registry.registerMetric(metric)

  let scraped = false
  const serve: RequestHandler = async (request, response) => {
    authorize(request, token)
    // These observe the event loop and every garbage collection, so a server that is never scraped does without.
    if (!scraped) {
      scraped = true
      collectDefaultMetrics({ register: registry })
      eventLoopDelay.start()
    }
    response.setHeader('Cache-Control', 'no-store')
    response.type(registry.contentType).send(await registry.metrics())
  }

  return {
    /** Middleware that counts each request and measures its duration. */
    countRequest,
    serve,
    stop: eventLoopDelay.stop,
  }
}

/** Throws unauthenticated for a wrong token; without a configured token, not_found for clients on other machines. */
function authorize(request: Request, token: string | null) {
  if (token === null) {
    if (!isLocal(request)) throw new DomainError('not_found')
    return
  }
  const given = bearerToken(request)
  if (given === null || !equalInConstantTime(given, token)) throw new DomainError('unauthenticated')
}

/**
 * With TRUST_PROXY `ips` has the addresses that the proxies report. All must be local: TRUST_PROXY=true trusts addresses
 * that a client invents. Without TRUST_PROXY a forwarded request comes from a local proxy, and its client is unknown.
 */
function isLocal(request: Request): boolean {
  if (request.ips.length > 0) return request.ips.every(isLoopbackAddress)
  const forwarded = request.headers['x-forwarded-for'] ?? request.headers.forwarded
  return forwarded === undefined && request.ip !== undefined && isLoopbackAddress(request.ip)
}
