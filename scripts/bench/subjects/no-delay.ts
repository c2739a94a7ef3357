import { Socket } from 'node:net'
import type { MqttClient } from 'mqtt'

/** mqtt.js leaves Nagle's algorithm on, which delays small packets by up to 40 ms. */
export function disableNagle({ stream }: MqttClient) {
  if (stream instanceof Socket) stream.setNoDelay(true)
}
