import type { StartContestant } from './contestant.ts'
import { startLimit } from './limit.ts'

export const start: StartContestant = (options) => startLimit(false, options)
