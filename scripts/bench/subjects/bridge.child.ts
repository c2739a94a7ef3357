import { connectAsync } from 'mqtt'
import { WebSocket, WebSocketServer } from 'ws'
import { serveCalls } from '../remote-calls.ts'
import { disableNagle } from './no-delay.ts'

// The bridge process between Mosquitto and the browsers: forwards each message to every WebSocket.

export interface BridgeOptions {
  mqttPort: number
  filter: string
  qos: 0 | 1
}

export type BridgeApi = typeof api

const api = {
  /** Resolves to the WebSocket port. */
  async open({ mqttPort, filter, qos }: BridgeOptions): Promise<number> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    const subscriber = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`)
    disableNagle(subscriber)
    subscriber.on('message', (_topic, payload) => {
      const text = payload.toString()
      for (const client of server.clients) if (client.readyState === WebSocket.OPEN) client.send(text)
    })
    await subscriber.subscribeAsync(filter, { qos })
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('not listening on TCP')
    return address.port
  },
}

serveCalls(api)
