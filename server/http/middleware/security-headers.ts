import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { RequestHandler } from 'express'
import helmet, { type HelmetOptions } from 'helmet'
import type { ClientPages } from '../client-pages.ts'

/**
 * Helmet's headers are the same for every response, so they are computed once: those of pages, and the few that mean
 * something to a response of the API, which no browser shows. `hashes`: of the script and the style that stand in the
 * pages themselves.
 */
export function securityHeaders(
  tilesOrigin: string | null = null,
  hashes: ClientPages['hashes'] = { scripts: [], styles: [] },
): RequestHandler {
  const ofPages = headersBy(optionsOfPages(tilesOrigin === null ? [] : [tilesOrigin], hashes))
  const ofApi = headersBy(optionsOfApi)

  return (request, response, next) => {
    for (const [name, value] of request.url.startsWith('/api/') ? ofApi : ofPages) response.setHeader(name, value)
    next()
  }
}

function headersBy(options: HelmetOptions) {
  const request = new IncomingMessage(new Socket())
  const sample = new ServerResponse(request)
  helmet(options)(request, sample, () => {})
  return Object.entries(sample.getHeaders()).map(([name, value]) => [name, String(value)] as const)
}

/** Helmet's defaults without HSTS and upgrade-insecure-requests, which break plain HTTP on a LAN. */
const optionsOfPages = (tiles: readonly string[], { scripts, styles }: ClientPages['hashes']): HelmetOptions => ({
  strictTransportSecurity: false,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'", ...scripts],
      styleSrc: ["'self'", ...styles],
      // MapLibre draws what it has fetched from blob: URLs.
      imgSrc: ["'self'", 'data:', 'blob:', ...tiles],
      connectSrc: ["'self'", ...tiles],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
})

/** As the OWASP REST Security Cheat Sheet advises. The rest of Helmet's headers is for documents and old plug-ins. */
const optionsOfApi: HelmetOptions = {
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  strictTransportSecurity: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: { action: 'deny' },
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
}
