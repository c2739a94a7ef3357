import { createServer, type RequestListener } from 'node:http'
import Provider, { type Context } from 'oidc-provider'

/** A person at the provider, by subject. */
export interface ProviderPerson {
  email?: string
  email_verified?: boolean
  name?: string
  groups?: string[]
}

export const client = { id: 'callout', secret: 'a secret of 32 characters or more' }
/** Where the provider sends browsers back to; tests without a browser replace it by the server's address. */
export const publicUrl = 'http://callout.test'

/** A real provider on a free port. It signs in the person whose subject is `current`, without asking. */
export async function startProvider({ returnsTo = publicUrl } = {}) {
  const people = new Map<string, ProviderPerson>()
  const state = { current: '' }
  let listener: RequestListener = () => {}
  const server = createServer((request, response) => listener(request, response))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  // Another site than 127.0.0.1, as a provider is: a browser then withholds strict cookies on the way back.
  const issuer = `http://localhost:${typeof address === 'object' ? address?.port : ''}`

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`${returnsTo}/api/auth/oidc/callback`],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    cookies: { keys: ['a key for the cookies of the tests'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => '/interaction' },
    pkce: { required: () => true },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ sub, ...people.get(sub) }),
    }),
    async loadExistingGrant({ oidc }: Context) {
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const handle = provider.callback()
  listener = (request, response) => {
    if (!request.url?.startsWith('/interaction')) return handle(request, response)
    void provider.interactionFinished(request, response, { login: { accountId: state.current } })
  }

  return {
    issuer,
    people,
    /** Whom the provider signs in next. */
    signInAs(sub: string, person: ProviderPerson) {
      people.set(sub, person)
      state.current = sub
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

export type TestProvider = Awaited<ReturnType<typeof startProvider>>
