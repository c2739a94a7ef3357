import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** A module that is not needed. */
export const none = here('empty.ts')

/**
 * mqtt.js is imported from its sources, modules that only Node needs are replaced by short ones, and lean-mqtt.ts leaves
 * out parts of others. The result is a quarter of the bundle that mqtt.js ships. scripts/build.ts checks its size.
 */
export const mqttForBrowsers = [
  { find: /^debug$/, replacement: here('debug.cjs') },
  { find: /^worker-timers$/, replacement: here('worker-timers.ts') },
  { find: /^process-nextick-args$/, replacement: here('process.ts') },
  { find: /^readable-stream$/, replacement: here('readable-stream.ts') },
  { find: /^bl$/, replacement: here('buffer-list.cjs') },
  { find: /^buffer$/, replacement: here('buffer.js') },
  { find: /^events$/, replacement: here('events.ts') },
  { find: /^rfdc\/default$/, replacement: here('copy-packet.ts') },
  // MQTT 5: the broker speaks 3.1.1, so they are never called.
  { find: /^\.\/topic-alias-recv$|^\.\.\/topic-alias-send$|^\.\/auth$/, replacement: none },
]

/** mqtt.js uses a global `process`. */
export const withProcess = { transform: { inject: { process: here('process.ts') } } }

/** The map's library in a chunk of its own: the same file in both builds, as its name has the hash of its content. */
export const mapChunk = { name: 'maplibre', test: /node_modules[\\/](maplibre-gl|pmtiles|fflate)[\\/].*\.m?js$/ }
