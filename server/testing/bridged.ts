import type { Running } from '../app.ts'
import type { Clock } from '../lib/clock.ts'
import { Person, startApp, type TestApp } from './app.ts'
import { StillClock } from './clock.ts'
import { startOtherBroker, type OtherBroker } from './other-broker.ts'

/** The same account after a restart of the server: tokens stay valid. */
export const again = (person: Person, app: Running): Person =>
  new Person(app, { user: person.user, accessToken: person.token, expiresIn: 0 })

/**
 * Starts an external broker, and prepares the data of a server whose vendors each have a device on that broker, under the
 * vendor's name. `start` starts that server with the bridge, possibly several times; `stop` stops everything.
 */
export async function bridgeStage(names: string[], { password, clock }: { password?: string; clock?: Clock } = {}) {
  const other = await startOtherBroker({ password })
  // A long lifetime, because tests advance the clock. MongoDB has its own clock, and the bridge compares times of the store
  // with times of the services; with an injected clock the store is therefore the embedded one.
  const tokens = { ACCESS_TOKEN_TTL: '7d', ...(clock ? { MONGO_URI: '' } : {}) }
  const first = await startApp({ env: tokens, clock })
  const accounts = [await first.customer('Mia'), ...(await Promise.all(names.map((name) => first.vendor(name))))]
  const devices = await Promise.all(accounts.slice(1).map((vendor) => vendor.device()))
  await first.stop({ keep: true })
  const map = names.map((name, n) => `${name}=${devices[n]?.id}`).join(',')
  const running = new Set<TestApp>()

  return {
    other,
    dataDir: first.dataDir,
    devices,
    env: { ...tokens, MQTT_BROKER_URL: other.url, MQTT_BROKER_DEVICES: map, DATA_DIR: first.dataDir },

    /** Starts the server; its vendors are in the order of their names. */
    async start({ env = {} }: { env?: Record<string, string> } = {}) {
      const app = await startApp({ env: { ...this.env, ...env }, clock })
      running.add(app)
      const [customer, ...vendors] = accounts.map((person) => again(person, app))
      if (!customer) throw new Error('there is no customer')
      return {
        app,
        customer,
        vendors,
        /** Resolves when the bridge has this state. */
        async becomes(state: 'away' | 'connected') {
          while (app.bridge?.state() !== state) await new Promise(setImmediate)
        },
        /** Stops the server and keeps its data. */
        end() {
          running.delete(app)
          return app.stop({ keep: true })
        },
      }
    },

    async stop() {
      let stopped = false
      const stopping = Promise.all([...running].map((app) => app.stop())).finally(() => (stopped = true))
      // The external broker's last messages can delay the DISCONNECT; then a stop takes its two seconds of fake time.
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

/** The topics and versions of an order that the bridge published, in order. */
export function publishedVersions({ messages }: OtherBrokerProbe, id: string): string[] {
  return messages.filter(({ payload }) => payload?.id === id).map(({ topic, payload }) => `${topic} ${payload.version}`)
}

type OtherBrokerProbe = Awaited<ReturnType<OtherBroker['connect']>>
