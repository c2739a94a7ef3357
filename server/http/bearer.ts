import type { Request } from 'express'

/** RFC 6750, 2.1: `Authorization: Bearer <token>`. What is kept of a token keeps its whole header, so that has no room for more. */
export function bearerToken(request: Request): string | null {
  return /^Bearer {1,8}([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}
