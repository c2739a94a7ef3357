import { computed, signal } from '@preact/signals'
import { ApiTokenList, NewApiToken, type ApiToken, type CreateApiToken } from '#shared/api-tokens.ts'
import { Broker } from '#shared/devices.ts'
import { topics } from '#shared/topics.ts'
import { messageOf } from '../session/api-error.ts'
import type { Api } from '../../live/api.ts'

export type Tokens = ReturnType<typeof createTokens>

/** The tokens of programs, for the admin's page. `issued`: the one just made, with its secret, which is shown only now. */
export function createTokens(api: Pick<Api, 'get' | 'post' | 'remove'>) {
  /** null until loaded. */
  const tokens = signal<readonly ApiToken[] | null>(null)
  const mqttPort = signal(1883)
  const error = signal<unknown>(null)
  const issued = signal<NewApiToken | null>(null)

  return {
    tokens: computed(() => tokens.value),
    mqttPort: computed(() => mqttPort.value),
    issued: computed(() => issued.value),
    /** Why the list could not be read; null when it could. */
    error: computed(() => (error.value === null ? null : messageOf(error.value))),

    async load(): Promise<void> {
      error.value = null
      try {
        const [list, broker] = await Promise.all([api.get('/tokens', ApiTokenList), api.get('/mqtt', Broker)])
        mqttPort.value = broker.port
        tokens.value = list.tokens
      } catch (cause) {
        // A list that has been read stays on the screen.
        if (tokens.peek() === null) error.value = cause
      }
    },
    /** Rejects with ApiError: the form shows it. */
    async create(input: CreateApiToken): Promise<void> {
      const created = await api.post('/tokens', NewApiToken, input)
      tokens.value = [...(tokens.peek() ?? []), created.token].sort((a, b) => a.name.localeCompare(b.name))
      issued.value = created
    },
    /** Its connections close, and it is refused from then on. Rejects with ApiError. */
    async revoke(id: string): Promise<void> {
      await api.remove(`/tokens/${encodeURIComponent(id)}`)
      tokens.value = (tokens.peek() ?? []).filter((token) => token.id !== id)
      if (issued.peek()?.token.id === id) issued.value = null
    },
  }
}

/** Command lines that try a token: read the orders, and listen to them. `server`: its address, with the base path. */
export function tokenLines(to: { server: string; host: string; port: number; secret: string; contact: boolean }) {
  const everything = to.contact ? ['orders/#', 'vendor/#'] : [topics.ordersNew, topics.ordersUpdate, 'vendor/#']
  const filters = everything.map((filter) => `-t '${filter}'`).join(' ')
  return [
    { purpose: 'read', line: `curl -H 'Authorization: Bearer ${to.secret}' ${to.server}/api/orders` },
    {
      purpose: 'listen',
      line: `mosquitto_sub -h ${to.host} -p ${to.port} -u dashboard -P '${to.secret}' -q 1 ${filters} -v`,
    },
  ] as const
}
