import preact from '@preact/preset-vite'
import tailwindcss from '@tailwindcss/vite'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

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

/** Tells the service worker (sw.ts) which files there are; those with a hash in their name need no other revision. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js']
      if (worker?.type !== 'chunk') this.error('sw.js is not in the build')
      if (worker.imports.length > 0) this.error(`sw.js must stand alone, and imports ${worker.imports.join(', ')}`)
      const manifest = Object.values(bundle)
        .filter(({ fileName }) => /\.(js|css|html|svg)$/.test(fileName) && fileName !== 'sw.js')
        .map((file) => {
          const content = file.type === 'chunk' ? file.code : file.source
          const revision = createHash('sha256').update(content).digest('base64url').slice(0, 12)
          return { url: `/${file.fileName}`, revision: file.fileName.startsWith('assets/') ? null : revision }
        })
      worker.code = worker.code.replace(/\bprecacheManifest\b/, JSON.stringify(manifest))
    },
  }
}

export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [preact(), tailwindcss(), serviceWorker()],
  resolve: { alias: [{ find: /^#shared\//, replacement: here('../shared/') }, ...mqttForBrowsers] },
  build: {
    outDir: here('../dist/client'),
    emptyOutDir: true,
    manifest: true,
    modulePreload: { polyfill: false },
    sourcemap: false,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    rolldownOptions: {
      ...withProcess,
      input: { index: here('index.html'), sw: here('sw.ts') },
      // A service worker has the scope of the folder it is in.
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        codeSplitting: { groups: [{ name: 'start', tags: ['$initial'], test: /^(?!.*(workbox|sw\.ts))/ }] },
      },
    },
  },
  optimizeDeps: { include: ['mqtt/lib/client', 'mqtt/lib/connect/ws'], rolldownOptions: withProcess },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': server, '/mqtt': { target: server, ws: true } },
  },
})
