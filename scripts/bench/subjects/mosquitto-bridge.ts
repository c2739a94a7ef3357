import { startBridged } from './bridged.ts'
import type { StartSubject } from './subject.ts'

/** What this product was made to replace. */
export const start: StartSubject = ({ qos, dir }) => startBridged(dir, qos)
