import type { StartSubject } from './subject.ts'
import { startLimit } from './limit.ts'

/** The same, and every dashboard answers every order. */
export const start: StartSubject = (options) => startLimit(true, options)
