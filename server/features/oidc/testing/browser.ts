import { parseSetCookie } from 'cookie'
import { publicUrl } from './provider.ts'

/** Follows redirects and keeps cookies by host, as a browser does. `http`: the address behind `publicUrl`. */
export function createBrowser(http: string) {
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (url: URL) => {
    const jar = jars.get(url.host) ?? new Map<string, string>()
    jars.set(url.host, jar)
    return jar
  }

  async function request(address: string): Promise<{ status: number; location: URL | null; url: URL }> {
    const url = new URL(address.replace(publicUrl, http))
    const jar = jarOf(url)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    await response.arrayBuffer()
    for (const line of response.headers.getSetCookie()) {
      const { name, value = '', maxAge, expires } = parseSetCookie(line)
      if (maxAge === 0 || (expires && expires.getTime() < Date.now())) jar.delete(name)
      else jar.set(name, value)
    }
    const location = response.headers.get('location')
    return { status: response.status, location: location === null ? null : new URL(location, url), url }
  }

  return {
    request,
    /** The cookies for the server. */
    jar: jarOf(new URL(http)),
    /** Follows redirects until the address is a page of the server, or one that `stopAt` names. */
    async follow(address: string, stopAt: (url: URL) => boolean = () => false): Promise<URL> {
      let next = new URL(address)
      for (let hops = 0; hops < 12; hops++) {
        if (next.pathname === '/sign-in' || stopAt(next)) return next
        const { location, status } = await request(next.href)
        if (!location) throw new Error(`${next.href} answers ${status} without a redirect`)
        next = location
      }
      throw new Error('too many redirects')
    },
  }
}
