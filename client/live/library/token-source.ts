import { signal } from '@preact/signals-core'
import { offlineError } from '../api-error.ts'
import type { AccessToken, ConnectOptions } from './callout.d.ts'

export interface TokenSourceDependencies {
  given: ConnectOptions['token']
  /** Whether the server still accepts a token that it has refused once. */
  isAccepted(token: string): Promise<boolean>
  /** The function that was given has failed. */
  onFailure(error: unknown): void
}

/** The longest delay of setTimeout. */
const longest = 2 ** 31 - 1

export type TokenSource = ReturnType<typeof createTokenSource>

/** The token of a connection: one that stays, or those that a function returns one after the other. */
export function createTokenSource({ given, isAccepted, onFailure }: TokenSourceDependencies) {
  const token = signal(typeof given === 'string' ? given : null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let renewing: Promise<boolean> | null = null

  async function next(): Promise<boolean> {
    if (typeof given === 'string') return isAccepted(given)
    try {
      const answer = await given()
      token.value = secretOf(answer)
      // A quarter of its time is left for attempts that fail.
      if (typeof answer === 'object') renewIn(answer.expiresIn * 750)
      return true
    } catch (error) {
      onFailure(error)
      throw offlineError()
    }
  }

  function renewIn(milliseconds: number) {
    clearTimeout(timer)
    timer = setTimeout(() => void renew().catch(() => renewIn(2_000)), Math.min(milliseconds, longest))
  }

  /** Callers that come together share one renewal. Resolves to false when there is no other token. */
  function renew(): Promise<boolean> {
    renewing ??= next().finally(() => (renewing = null))
    return renewing
  }

  return { token, renew, stop: () => clearTimeout(timer) }
}

function secretOf(answer: string | AccessToken): string {
  const secret: unknown = typeof answer === 'string' ? answer : answer?.accessToken
  if (typeof secret === 'string' && secret !== '') return secret
  throw new TypeError('it returned neither a token nor an object with "accessToken"')
}
