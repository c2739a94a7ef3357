import type { Running } from '../app.ts'
import type { Clock } from '../lib/clock.ts'
import { Person, startApp, type TestApp } from './app.ts'
import { StillClock } from './clock.ts'
import { startOtherBroker, type OtherBroker } from './other-broker.ts'

/** The same person with the server that has come back: a token outlives a restart. */
export const again = (person: Person, app: Running): Person =>
  new Person(app, { user: person.user, accessToken: person.token, expiresIn: 0 })

/**
 * Another broker, and the data of a server whose vendors have a device each there, under the vendor's name. `start` starts
 * that server with the bridge, and may do so again; everything ends with `stop`.
 */
export async function bridgeStage(names: string[], { password, clock }: { password?: string; clock?: Clock } = {}) {
  const other = await startOtherBroker({ password })
  // Long enough for whoever lets the clock run. A clock in a test's hand is not a database server's, and the bridge holds
  // what the store stamped against what the services did: then the store is the embedded one, which takes its clock.
  const tokens = { ACCESS_TOKEN_TTL: '7d', ...(clock ? { MONGO_URI: '' } : {}) }
  const first = await startApp({ env: tokens, clock })
  const people = [await first.customer('Mia'), ...(await Promise.all(names.map((name) => first.vendor(name))))]
  const devices = await Promise.all(people.slice(1).map((vendor) => vendor.device()))
  await first.stop({ keep: true })
  const map = names.map((name, n) => `${name}=${devices[n]?.id}`).join(',')
  const running = new Set<TestApp>()

  return {
    other,
    dataDir: first.dataDir,
    devices,
    env: { ...tokens, MQTT_BROKER_URL: other.url, MQTT_BROKER_DEVICES: map, DATA_DIR: first.dataDir },

    /** The server, its customer and its vendors, in the order of their names. */
    async start({ env = {} }: { env?: Record<string, string> } = {}) {
      const app = await startApp({ env: { ...this.env, ...env }, clock })
      running.add(app)
      const [customer, ...vendors] = people.map((person) => again(person, app))
      if (!customer) throw new Error('nobody is there')
      return {
        app,
        customer,
        vendors,
        /** Resolves when the bridge is so. */
        async becomes(state: 'away' | 'connected') {
          while (app.bridge?.state() !== state) await new Promise(setImmediate)
        },
        /** Leaves the data for the next one. */
        end() {
          running.delete(app)
          return app.stop({ keep: true })
        },
      }
    },

    async stop() {
      let stopped = false
      const stopping = Promise.all([...running].map((app) => app.stop())).finally(() => (stopped = true))
      // What the other broker says last can keep what it acknowledges from being read: then a stop takes its two seconds.
      while (clock instanceof StillClock && !stopped) {
        clock.advance(100)
        await new Promise(setImmediate)
      }
      await stopping
      await other.stop()
    },
  }
}

export type BridgeStage = Awaited<ReturnType<typeof bridgeStage>>

/** What the bridge has told of an order, as topic and version, in the order in which it came. */
export function told({ messages }: OtherBrokerProbe, id: string): string[] {
  return messages.filter(({ payload }) => payload?.id === id).map(({ topic, payload }) => `${topic} ${payload.version}`)
}

type OtherBrokerProbe = Awaited<ReturnType<OtherBroker['connect']>>
