import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

/** Every file of the build, put here by client/vite.config.ts. */
declare const precacheManifest: (PrecacheEntry | string)[]
declare function skipWaiting(): Promise<void>

// The page itself without a network: whoever reloads in a cellar goes on working (models/outbox.ts). What the server
// knows is never answered from here.
cleanupOutdatedCaches()
precacheAndRoute(precacheManifest)
const ofTheServer = [/^\/(api|mqtt|healthz|readyz|metrics|docs)(\/|$|\?)/]
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: ofTheServer }))
addEventListener('install', () => void skipWaiting())
