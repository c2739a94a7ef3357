import { createBrowserTransport } from '../browser-transport.ts'
import { sharedKeepAliveTimer } from '../keep-alive.ts'
import KeepAliveWorker from '../keep-alive.worker.ts?worker&inline'
import { followPageEvents } from '../page-events.ts'
import { createConnect } from './connect.ts'
import { sendTo } from './send.ts'

const answers = (url: string, options?: RequestInit) =>
  fetch(url, { ...options, cache: 'no-store' }).then(
    () => true,
    () => false,
  )

/** A browser does not tell a page whether a server refuses its origin or does not answer: callout.js is open to any origin. */
async function explain(base: string): Promise<string | null> {
  if (await answers(`${base}/api/mqtt`)) return null
  if (!(await answers(`${base}/callout.js`, { method: 'HEAD' })))
    return `There is no answer from ${base}. Is the server running, and is the address right?`
  const { origin } = location
  return origin === 'null'
    ? `${base} refuses this page, because it was opened as a file and has no origin. Serve it from a web server, and add that server's origin to ALLOWED_ORIGINS.`
    : `${base} refuses pages of ${origin}. Start that server with ALLOWED_ORIGINS=${origin} in its environment or its .env file; several origins are separated by commas.`
}

/** `/callout.js`: the library for browsers, in one file. */
export const connect = createConnect({
  transport: createBrowserTransport(sharedKeepAliveTimer(() => new KeepAliveWorker())),
  sendTo,
  url: new URL(/* @vite-ignore */ '.', import.meta.url).href,
  explain,
  followPage: followPageEvents,
})
