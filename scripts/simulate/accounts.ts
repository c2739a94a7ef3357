import { createHmac } from 'node:crypto'
import type { SignedIn } from '#shared/users.ts'
import type { Api } from './api.ts'
import { createVan, type Van } from './van.ts'

const firstNames = ['Mia', 'Omar', 'Priya', 'Tomás', 'Leyla', 'Wim', 'Ngozi', 'Jonas', 'Aoife', 'Chen', 'Ida', 'Marek']
const lastNames = [
  'Lindqvist',
  'Haddad',
  'Natarajan',
  'Rivera',
  'Yılmaz',
  'de Vries',
  'Okafor',
  'Brandt',
  'Byrne',
  'Wu',
]

const names = firstNames.length * lastNames.length

/** Another name for each of the first 120. */
function nameOf(n: number): string {
  const first = Math.abs(n) % firstNames.length
  const last = (first + Math.floor(Math.abs(n) / firstNames.length)) % lastNames.length
  return `${firstNames[first]} ${lastNames[last]}`
}

/** A session is used for so long; then the customer signs in again. An access token lasts 15 minutes. */
const sessionFor = 10 * 60_000

/**
 * The accounts of the simulation, made when they are first needed and used again by the next one. Their password follows
 * from the admin's, so no other person knows it.
 */
export async function createAccounts(api: Api, admin: { token: string; password: string }) {
  const password = createHmac('sha256', admin.password).update('simulated accounts').digest('base64url')
  const [vendors, customers, port] = await Promise.all([
    api.users(admin.token, 'vendor'),
    api.users(admin.token, 'customer'),
    api.mqttPort(admin.token),
  ])
  const devices: string[] = []

  return {
    mqttPort: port,

    /** A function that resolves to a session of the customer. */
    session(n: number): () => Promise<SignedIn> {
      const email = `simulated-customer-${n}@example.com`
      let [signedIn, until]: [SignedIn | null, number] = [null, 0]
      return async () => {
        if (signedIn && performance.now() < until) return signedIn
        const known = signedIn !== null || customers.has(email)
        signedIn = known ? await api.signIn(email, password) : await api.register(nameOf(n), email, password)
        until = performance.now() + sessionFor
        return signedIn
      }
    },

    async van(n: number, url: string): Promise<Van> {
      const email = `simulated-vendor-${n}@example.com`
      // Counted from the other end: a vendor has the name of a customer only where there are many.
      const vendor = { name: nameOf(names - n), email, password }
      const vendorId = vendors.get(email) ?? (await api.createVendor(admin.token, vendor)).id
      const { token, device } = await api.createDevice(admin.token, vendorId)
      devices.push(device.id)
      return createVan({ url, token, vendorId, clientId: 'van', offered: () => api.offered(token) })
    },

    /** Revokes the tokens of the vans. */
    async end() {
      for (const id of devices) await api.removeDevice(admin.token, id)
    },
  }
}
