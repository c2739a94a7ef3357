import type { StartSubject } from './subject.ts'
import { startLimit } from './limit.ts'

/** As `limit-ack` or `limit-broadcast`, but what arrives during one event-loop turn leaves in one write. */
export const start: StartSubject = ({ qos }) => startLimit({ acknowledge: qos === 1, batching: true })
