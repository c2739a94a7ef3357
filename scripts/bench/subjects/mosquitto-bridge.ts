import { startBridgedMosquitto } from './bridged-mosquitto.ts'
import type { StartSubject } from './subject.ts'

/** Mosquitto with a bridge process: the set-up that this product replaces. */
export const start: StartSubject = ({ qos, dir }) => startBridgedMosquitto(dir, qos)
