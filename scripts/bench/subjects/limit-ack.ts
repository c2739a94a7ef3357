import type { StartSubject } from './subject.ts'
import { startLimit } from './limit.ts'

/** As `limit-broadcast`, but every dashboard acknowledges every order. */
export const start: StartSubject = () => startLimit({ acknowledge: true })
