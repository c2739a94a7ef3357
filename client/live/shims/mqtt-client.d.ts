import type { IClientOptions, MqttClient as Client } from 'mqtt'
import type { WebSocketStream } from '../web-socket-stream.ts'

/** Of the Duplex that its own types ask for, mqtt.js uses what WebSocketStream has. */
export const MqttClient: new (openStream: () => WebSocketStream, options: IClientOptions) => Client
