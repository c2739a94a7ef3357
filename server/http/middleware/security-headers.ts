import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { ClientPages } from '../client-pages.ts'

/**
 * Helmet's headers are the same for every response, so they are computed once. `hashes`: of the script and the style that
 * stand in the pages themselves.
 */
export function securityHeaders(
  tilesOrigin: string | null = null,
  hashes: ClientPages['hashes'] = { scripts: [], styles: [] },
): RequestHandler {
  const request = new IncomingMessage(new Socket())
  const sample = new ServerResponse(request)
  helmet(optionsFor(tilesOrigin === null ? [] : [tilesOrigin], hashes))(request, sample, () => {})
  const headers = Object.entries(sample.getHeaders()).map(([name, value]) => [name, String(value)] as const)

  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value)
    next()
  }
}

/** Helmet's defaults without HSTS and upgrade-insecure-requests, which break plain HTTP on a LAN. */
const optionsFor = (
  tiles: readonly string[],
  { scripts, styles }: ClientPages['hashes'],
): Parameters<typeof helmet>[0] => ({
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
