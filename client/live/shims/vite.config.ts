import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/**
 * mqtt.js is imported from its sources, and modules that only Node needs are replaced by short ones. The result is two
 * thirds of the bundle that mqtt.js ships. scripts/build.ts checks its size.
 */
export const mqttForBrowsers = [
  { find: /^debug$/, replacement: here('debug.cjs') },
  { find: /^ws$/, replacement: here('empty.ts') },
  { find: /^\.\.\/\.\.\/package\.json$/, replacement: here('empty.ts') },
  { find: /^worker-timers$/, replacement: here('worker-timers.ts') },
  { find: /^lru-cache$/, replacement: here('lru-cache.ts') },
  { find: /^process\/?$/, replacement: here('process.ts') },
  { find: /^(process-nextick-args|\.\.\/shims\/process)$/, replacement: here('process.ts') },
  { find: /^readable-stream$/, replacement: here('readable-stream.js') },
  { find: /^\.\.\/\.\.\/ours\/errors$/, replacement: here('stream-errors.cjs') },
  // Parts of readable-stream and buffer that mqtt.js does not use: signals, encodings, async iteration, from(), floats.
  {
    find: /^(string_decoder\/?|\.\/(duplexify|end-of-stream|add-abort-signal|from)|\.\.\/validators|ieee754|base64-js)$/,
    replacement: here('empty.ts'),
  },
  { find: /^rfdc\/default$/, replacement: here('copy-packet.ts') },
  { find: /^buffer$/, replacement: 'buffer/' },
  { find: /^events$/, replacement: 'events/' },
]

/** Readable streams use a global `process`. */
export const withProcess = { transform: { inject: { process: here('process.ts') } } }

/** The map's library in a chunk of its own: the same file in both builds, as its name has the hash of its content. */
export const mapChunk = { name: 'maplibre', test: /node_modules[\\/](maplibre-gl|pmtiles|fflate)[\\/].*\.m?js$/ }
