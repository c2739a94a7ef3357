import type { StartSubject } from './subject.ts'
import { startLimit } from './limit.ts'

export const start: StartSubject = () => startLimit({ acknowledge: false })
