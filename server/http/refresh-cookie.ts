import { parseCookie } from 'cookie'
import type { Request, Response } from 'express'
import { refreshLifetime } from '../auth/sessions.ts'

const name = 'callout_refresh'

/** The refresh token in the Cookie header, if present. */
export const refreshTokenOf = (request: Request): string | undefined => parseCookie(request.headers.cookie ?? '')[name]

/** Sets the cookie: unreadable for scripts (HttpOnly), same-site, and sent to /api/auth only. null clears it. */
export function setRefreshToken(request: Request, response: Response, token: string | null) {
  const options = { httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/api/auth' } as const
  if (token === null) response.clearCookie(name, options)
  else response.cookie(name, token, { ...options, maxAge: refreshLifetime })
}
