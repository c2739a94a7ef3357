import type { StartContestant } from './contestant.ts'
import { startLimit } from './limit.ts'

/** The same, and every dashboard answers every order. */
export const start: StartContestant = (options) => startLimit(true, options)
