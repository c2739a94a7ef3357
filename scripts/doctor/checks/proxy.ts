import type { Config } from '../../../server/config/config.ts'
import { websocketPath } from '../../../server/mqtt/transport/websocket.ts'
import { ok, problem, reasonOf, warning, type Finding } from '../finding.ts'
import { reach } from './mqtt.ts'
import { patience } from './server.ts'

/** How far the Date header may differ from this clock, in ms. */
const allowedSkew = 120_000

/** The server as browsers reach it: through proxies, by its public address. */
export async function checkProxy({ trustProxy, publicUrl }: Config, url: string | null): Promise<Finding[]> {
  const trust =
    trustProxy === true
      ? [warning('TRUST_PROXY=true believes the address that any client claims', 'set it to the number of proxies')]
      : []
  if (url === null) return [...trust, ok('there is no PUBLIC_URL and no --url: the way through a proxy is not checked')]
  const reached = await reachHttp(url)
  if (reached.level === 'problem') return [...trust, reached]
  return [
    ...trust,
    reached,
    ...(publicUrl === null
      ? [warning('PUBLIC_URL is not set', `set PUBLIC_URL=${url}: links in e-mails need it`)]
      : []),
    await checkScheme(url),
    await reach(
      `${url.replace(/^http/, 'ws')}${websocketPath}`,
      `let the proxy pass WebSockets of ${websocketPath} on: the headers Upgrade and Connection, HTTP 1.1`,
    ),
  ]
}

async function reachHttp(url: string): Promise<Finding> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(patience), redirect: 'manual' })
    const text = await response.text()
    if (response.status !== 200 || !text.includes('"status":"up"'))
      return problem(`${url}/healthz is not answered by the server (${response.status})`, 'let the proxy pass it on')
    const skew = Math.abs(Date.parse(response.headers.get('date') ?? '') - Date.now())
    return skew > allowedSkew
      ? problem(`the clock differs from that of ${url} by ${Math.round(skew / 1000)} s`, 'set the clock: use NTP')
      : ok(`${url} is answered by the server`)
  } catch (error) {
    return problem(`${url} cannot be reached: ${reasonOf(error)}`, 'check the name, the proxy and its certificate')
  }
}

/** A cookie of the server is marked as secure if the server knows that browsers use https. */
async function checkScheme(url: string): Promise<Finding> {
  const response = await fetch(`${url}/api/auth/logout`, {
    method: 'POST',
    headers: { cookie: 'callout_refresh=doctor' },
    signal: AbortSignal.timeout(patience),
  })
  const isSecure = response.headers.getSetCookie().some((cookie) => /;\s*secure/i.test(cookie))
  if (url.startsWith('https:') && !isSecure)
    return problem(
      'the server does not know that browsers use https',
      'set TRUST_PROXY to the number of proxies, and let the proxy set X-Forwarded-Proto and X-Forwarded-For',
    )
  return ok(`the server sees the scheme of ${url}`)
}
