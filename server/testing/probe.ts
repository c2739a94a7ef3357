import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'

/** Unchecked data from the server, for assertions. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Unchecked = any

export interface Message {
  topic: string
  /** Parsed when it is JSON. */
  payload: Unchecked
  retain: boolean
}

/** An MQTT client that records messages and can wait for one. */
export class Probe {
  readonly client: MqttClient
  readonly messages: Message[] = []
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>
  readonly #waiting = new Set<() => void>()

  private constructor(client: MqttClient) {
    this.client = client
    this.closed = new Promise((resolve) => client.once('close', () => resolve()))
    client.on('error', () => {})
    client.on('message', (topic, payload, { retain }) => {
      this.messages.push({ topic, payload: parsed(payload), retain })
      for (const check of this.#waiting) check()
    })
  }

  /** Rejects when the server refuses. */
  static async connect(url: string, options: IClientOptions = {}): Promise<Probe> {
    return new Probe(await connectAsync(url, { reconnectPeriod: 0, connectTimeout: 5_000, ...options }, false))
  }

  /** The granted QoS; 128 is a refusal. */
  async subscribe(filter: string, qos: 0 | 1 | 2 = 1): Promise<number> {
    return new Promise((resolve, reject) => {
      this.client.subscribe(filter, { qos }, (error, _granted, packet) => {
        const granted = packet?.granted[0]
        if (granted === undefined) reject(error ?? new Error('no SUBACK'))
        else resolve(Number(granted))
      })
    })
  }

  publish(topic: string, payload: string | object, options: { qos?: 0 | 1 | 2; retain?: boolean } = { qos: 1 }) {
    return this.client.publishAsync(topic, typeof payload === 'string' ? payload : JSON.stringify(payload), options)
  }

  /** The first message, arrived or still to come, that `matches`. */
  until(matches: (message: Message) => boolean, within = 5_000): Promise<Message> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check)
        reject(new Error(`no matching message arrived; received: ${JSON.stringify(this.messages.map((m) => m.topic))}`))
      }, within)
      const check = () => {
        const found = this.messages.find(matches)
        if (!found) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve(found)
      }
      this.#waiting.add(check)
      check()
    })
  }

  /** Resolves when everything sent to this client so far has arrived: a round trip on the same, ordered connection. */
  async settled() {
    await this.subscribe(`users/${this.client.options.username}/replies`)
  }

  end = () => this.client.endAsync()

  /** Destroys the socket without a DISCONNECT, as a crash does. */
  kill() {
    this.client.stream.destroy()
  }
}

function parsed(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString())
  } catch {
    return payload.toString()
  }
}
