import { parseCookie } from 'cookie'
import type { Request, Response } from 'express'
import { refreshLifetime } from '../auth/sessions.ts'

const refreshName = 'callout_refresh'
const browserName = 'callout_browser'

const redirectName = 'callout_redirect'
const redirectLifetime = 10 * 60 * 1000

const browserLifetime = 400 * 24 * 60 * 60 * 1000

const valueOf = (request: Request, name: string): string | undefined => parseCookie(request.headers.cookie ?? '')[name]

/** Unreadable for scripts (HttpOnly), same-site, and sent to /api/auth only. */
const optionsFor = (request: Request) =>
  ({ httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/api/auth' }) as const

/** The refresh token in the Cookie header, if present. */
export const refreshTokenOf = (request: Request): string | undefined => valueOf(request, refreshName)

/** Sets the cookie of the refresh token. null clears it. */
export function setRefreshToken(request: Request, response: Response, token: string | null) {
  if (token === null) response.clearCookie(refreshName, optionsFor(request))
  else response.cookie(refreshName, token, { ...optionsFor(request), maxAge: refreshLifetime })
}

/** The token of the browser (auth/known-browsers.ts), if present. */
export const browserTokenOf = (request: Request): string | undefined => valueOf(request, browserName)

/** Outlives the session: it says to which accounts this browser has signed in. */
export function setBrowserToken(request: Request, response: Response, token: string) {
  response.cookie(browserName, token, { ...optionsFor(request), maxAge: browserLifetime })
}

/** What a sign-in through another server has stored in this browser, if present. */
export const redirectStateOf = (request: Request): string | undefined => valueOf(request, redirectName)

/** null clears it. Lax: the browser comes back from another site. */
export function setRedirectState(request: Request, response: Response, state: string | null) {
  const options = { ...optionsFor(request), sameSite: 'lax' } as const
  if (state === null) response.clearCookie(redirectName, options)
  else response.cookie(redirectName, state, { ...options, maxAge: redirectLifetime })
}
