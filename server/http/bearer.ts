import type { Request } from 'express'

/** RFC 6750, 2.1: `Authorization: Bearer <token>`. */
export function bearerToken(request: Request): string | null {
  return /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}
