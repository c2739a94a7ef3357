import type { IncomingMessage } from 'node:http'

/** RFC 9112, 3.2: a request with more than one Host gets 400; proxies and servers may disagree on which one counts. */
export function hasSeveralHosts({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean {
  let hosts = 0
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const name = rawHeaders[n]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts > 1
}

/** Whether a Host header names the host of this origin. A port that is missing is the default one of the origin's scheme. */
export function isHostOf({ protocol, host }: URL, header: string | undefined): boolean {
  if (header === undefined || !/^[^\s/\\?#@]+$/.test(header)) return false
  const address = `${protocol}//${header}`
  return URL.canParse(address) && new URL(address).host === host
}
