import { startBridged } from './bridged.ts'
import type { StartContestant } from './contestant.ts'

/** What this product was made to replace. */
export const start: StartContestant = ({ qos, dir }) => startBridged(dir, qos)
