import { parseCookie } from 'cookie'
import type { Request, Response } from 'express'
import { refreshLifetime } from '../auth/sessions.ts'

const refreshName = 'callout_refresh'
const browserName = 'callout_browser'

const redirectName = 'callout_redirect'
const redirectLifetime = 10 * 60 * 1000

const browserLifetime = 400 * 24 * 60 * 60 * 1000

const valueOf = (request: Request, name: string): string | undefined => parseCookie(request.headers.cookie ?? '')[name]

/** The refresh token in the Cookie header, if present. */
export const refreshTokenOf = (request: Request): string | undefined => valueOf(request, refreshName)

/** The token of the browser (auth/known-browsers.ts), if present. */
export const browserTokenOf = (request: Request): string | undefined => valueOf(request, browserName)

/** What a sign-in through another server has stored in this browser, if present. */
export const redirectStateOf = (request: Request): string | undefined => valueOf(request, redirectName)

/** What sets the cookies of a server below `basePath`. */
export function createCookies(basePath: string) {
  /** Unreadable for scripts (HttpOnly), same-site, and sent to /api/auth only. */
  const optionsFor = (request: Request) =>
    ({ httpOnly: true, sameSite: 'strict', secure: request.secure, path: `${basePath}/api/auth` }) as const

  return {
    /** Sets the cookie of the refresh token. null clears it. */
    setRefreshToken(request: Request, response: Response, token: string | null) {
      if (token === null) response.clearCookie(refreshName, optionsFor(request))
      else response.cookie(refreshName, token, { ...optionsFor(request), maxAge: refreshLifetime })
    },

    /** Outlives the session: it says to which accounts this browser has signed in. */
    setBrowserToken(request: Request, response: Response, token: string) {
      response.cookie(browserName, token, { ...optionsFor(request), maxAge: browserLifetime })
    },

    /** null clears it. Lax: the browser comes back from another site. */
    setRedirectState(request: Request, response: Response, state: string | null) {
      const options = { ...optionsFor(request), sameSite: 'lax' } as const
      if (state === null) response.clearCookie(redirectName, options)
      else response.cookie(redirectName, state, { ...options, maxAge: redirectLifetime })
    },
  }
}
