import preact from '@preact/preset-vite'
import tailwindcss from '@tailwindcss/vite'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = `http://127.0.0.1:${process.env.PORT ?? 3000}`

/**
 * mqtt.js is imported from its sources, and what only Node needs is replaced by a few lines: two thirds of the size of
 * the bundle it ships. A test of the budget stands in scripts/build.ts.
 */
const mqttForBrowsers = [
  { find: /^debug$/, replacement: here('live/shims/debug.cjs') },
  { find: /^ws$/, replacement: here('live/shims/empty.ts') },
  { find: /^\.\.\/\.\.\/package\.json$/, replacement: here('live/shims/empty.ts') },
  { find: /^worker-timers$/, replacement: here('live/shims/worker-timers.ts') },
  { find: /^lru-cache$/, replacement: here('live/shims/lru-cache.ts') },
  { find: /^process\/?$/, replacement: here('live/shims/process.ts') },
  { find: /^(process-nextick-args|\.\.\/shims\/process)$/, replacement: here('live/shims/process.ts') },
  { find: /^readable-stream$/, replacement: here('live/shims/readable-stream.js') },
  { find: /^\.\/util\/inspect$/, replacement: here('live/shims/stream-inspect.ts') },
  { find: /^buffer$/, replacement: 'buffer/' },
  { find: /^events$/, replacement: 'events/' },
]

/** Streams speak of a global `process`. */
const withProcess = { transform: { inject: { process: here('live/shims/process.ts') } } }

export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [preact(), tailwindcss()],
  resolve: { alias: [{ find: /^#shared\//, replacement: here('../shared/') }, ...mqttForBrowsers] },
  build: {
    outDir: here('../dist/client'),
    emptyOutDir: true,
    manifest: true,
    sourcemap: false,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    rolldownOptions: withProcess,
  },
  optimizeDeps: { include: ['mqtt/lib/client', 'mqtt/lib/connect/ws'], rolldownOptions: withProcess },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': server, '/mqtt': { target: server, ws: true } },
  },
})
