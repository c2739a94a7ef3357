import type { Request } from 'express'

/** RFC 6750, 2.1: `Authorization: Bearer <token>`. The token is a substring that keeps its whole header in memory, so the header may not contain much else. */
export function bearerToken(request: Request): string | null {
  return /^Bearer {1,8}([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}
