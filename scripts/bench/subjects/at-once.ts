import { Socket } from 'node:net'
import type { MqttClient } from 'mqtt'

/** Sends small packets at once: as mqtt.js comes, Nagle's algorithm keeps them back for 40 ms where nothing is answered. */
export function sendAtOnce({ stream }: MqttClient) {
  if (stream instanceof Socket) stream.setNoDelay(true)
}
