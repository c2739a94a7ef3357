import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

const checker = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })

/** zxcvbn's score, 0 to 4, as the server computes it (server/auth/password-strength.ts). Loaded when it is needed. */
export const scoreOf = (password: string, about: readonly string[]): number =>
  checker.check(password.slice(0, 32), [...about]).score
