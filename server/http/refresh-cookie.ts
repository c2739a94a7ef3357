import { parseCookie } from 'cookie'
import type { Request, Response } from 'express'
import { refreshLifetime } from '../auth/sessions.ts'

const name = 'callout_refresh'

/** The refresh token a browser sent, if it sent one. */
export const refreshTokenOf = (request: Request): string | undefined => parseCookie(request.headers.cookie ?? '')[name]

/** No script can read it, no other site can make a browser send it, and it goes to /api/auth alone. null takes it away. */
export function setRefreshToken(request: Request, response: Response, token: string | null) {
  const options = { httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/api/auth' } as const
  if (token === null) response.clearCookie(name, options)
  else response.cookie(name, token, { ...options, maxAge: refreshLifetime })
}
