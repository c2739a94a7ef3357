import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Request } from 'express'
import { newId } from '../lib/ids.ts'

const header = 'X-Request-Id'

/** What a proxy or client may choose: it goes into every line of the log that the request causes. */
const acceptable = /^[\w.:/+=@-]{1,128}$/

/** Every response carries the id of its request: the client's own, or a new one. */
export function assignRequestId(request: IncomingMessage, response: ServerResponse): void {
  const sent = request.headers['x-request-id']
  response.setHeader(header, typeof sent === 'string' && acceptable.test(sent) ? sent : newId())
}

export const requestIdOf = (response: ServerResponse): string => String(response.getHeader(header))

/** The same, for a controller. */
export const idOfRequest = ({ res }: Request): string | undefined => res && requestIdOf(res)
