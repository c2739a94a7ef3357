const period = 30

/** How many steps before and after the current one are accepted: phones' clocks differ. */
const window = 1

// Imported with the first use: a deployment without a second factor does not load it.
const load = () => import('otpauth')

/** A new secret in Base32: 160 bits, as RFC 4226 recommends. */
export async function newSecret(): Promise<string> {
  const { Secret } = await load()
  return new Secret({ size: 20 }).base32
}

/** The address that an authenticator app reads from a QR code. */
export async function uriOf(secret: string, account: string): Promise<string> {
  return (await totpOf(secret, account)).toString()
}

/** The time step of the code (RFC 6238); null when it is wrong now. `now`: in ms. */
export async function stepOf(secret: string, code: string, now: number): Promise<number | null> {
  const delta = (await totpOf(secret)).validate({ token: code, timestamp: now, window })
  return delta === null ? null : Math.floor(now / 1000 / period) + delta
}

async function totpOf(secret: string, label = '') {
  const { TOTP, Secret } = await load()
  return new TOTP({ issuer: 'Callout', label, secret: Secret.fromBase32(secret), period })
}
