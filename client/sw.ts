import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import type { WorkerGlobals } from './service-worker/globals.ts'
import { handlePush } from './service-worker/push.ts'

/** List of the built files. client/vite.config.ts writes it. */
declare const precacheManifest: (PrecacheEntry | string)[]
declare function skipWaiting(): Promise<void>
declare const self: WorkerGlobals

// Serves the files of the page without a network, so that a reload works offline (models/offline/outbox.ts). Requests to
// the server's own paths, and to the page of tracking links, are never answered from the cache.
cleanupOutdatedCaches()
precacheAndRoute(precacheManifest)
const { pathname: scope } = new URL('./', location.href)
const serverPaths = new RegExp(`^${scope}(api|mqtt|healthz|readyz|metrics|docs|t)(/|$|\\?)`)
registerRoute(new NavigationRoute(createHandlerBoundToURL('index.html'), { denylist: [serverPaths] }))
addEventListener('install', () => void skipWaiting())
handlePush(self)
