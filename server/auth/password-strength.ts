import type { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { DomainError } from '../lib/errors.ts'

/**
 * zxcvbn's scores are 0 to 4. One of 0 falls to 1,000 guesses, which the limits of sign-ins do not stop; above it they do,
 * and the page's meter advises a better one.
 */
const lowestScore = 1

/** zxcvbn's time grows with the square of the length: 1 s for 200 characters. */
const checkedLength = 32

let loading: Promise<ZxcvbnFactory> | null = null

/** Loaded for the first new password: the lists of common ones take 0.1 s and some MB. */
async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Factory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new Factory({ dictionary, graphs: adjacencyGraphs })
}

/**
 * Throws weak_password for a password that is easily guessed, with zxcvbn's warning as `hint` (topTen, simpleRepeat …).
 * `about`: what an attacker knows of the account, its name and e-mail address.
 */
export async function refuseWeakPassword(password: string, about: readonly string[]): Promise<void> {
  loading ??= load()
  const { score, feedback } = (await loading).check(password.slice(0, checkedLength), about.flatMap(partsOf))
  if (score >= lowestScore) return
  throw new DomainError('weak_password', undefined, { hint: feedback.warning ?? null })
}

/** `ana.perez@example.com` is as guessable in parts as it is whole. */
const partsOf = (text: string) => [text, ...text.split('@'), ...text.split(/[\s@.]+/)].filter((part) => part.length > 2)
