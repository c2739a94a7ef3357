import { createBrowserTransport } from './browser-transport.ts'
import { sharedKeepAliveTimer } from './keep-alive.ts'

const startWorker = () => new Worker(new URL('./keep-alive.worker.ts', import.meta.url), { type: 'module' })

/** The transport of our pages. A chunk of its own, imported after signing in. */
export const connect = createBrowserTransport(sharedKeepAliveTimer(startWorker))
