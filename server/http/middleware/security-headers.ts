import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** Helmet's headers are the same for every response, so they are computed once. */
export function securityHeaders(): RequestHandler {
  const request = new IncomingMessage(new Socket())
  const sample = new ServerResponse(request)
  helmet(options)(request, sample, () => {})
  const headers = Object.entries(sample.getHeaders()).map(([name, value]) => [name, String(value)] as const)

  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value)
    next()
  }
}

/** Helmet's defaults without HSTS and upgrade-insecure-requests, which break plain HTTP on a LAN. */
const options: Parameters<typeof helmet>[0] = {
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
