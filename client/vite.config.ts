import preact from '@preact/preset-vite'
import tailwindcss from '@tailwindcss/vite'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { pageChunks } from './build/page-chunks.ts'
import { signInPage } from './build/sign-in-page.ts'
import { textParts } from './build/text-parts.ts'
import { leanMqtt } from './live/shims/lean-mqtt.ts'
import { leanTopics } from './live/shims/lean-topics.ts'
import { mapChunk, mqttForBrowsers, withProcess } from './live/shims/vite.config.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const server = `http://127.0.0.1:${process.env.PORT ?? 3000}`

/**
 * One chunk for all that the sign-in page needs: gzip compresses one file better than eight small ones, and the browser
 * makes one request. The service worker must stand alone, so its modules are excluded.
 */
const startChunk = [
  { name: 'start', tags: ['$initial' as const], test: /^(?!.*(workbox|sw\.ts|service-worker))/ },
  {
    name: 'start',
    test: /\/client\/(components\/(field|form|rich-text|language-select)|pages\/auth\/frame|models\/ui\/(form|field-errors))\.tsx?$/,
  },
]

/** Writes the list of built files into the service worker (sw.ts). A file with a hash in its name needs no revision. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const worker = bundle['sw.js']
      if (worker?.type !== 'chunk') this.error('The build has no sw.js')
      if (worker.imports.length > 0)
        this.error(`sw.js must not import other chunks, but imports ${worker.imports.join(', ')}`)
      const manifest = Object.values(bundle)
        // The lists of common passwords and the map library are large, and useless without a network.
        .filter(
          ({ fileName }) =>
            /\.(js|css|html|svg)$/.test(fileName) &&
            !/^sw\.js$|^index\.\w+\.html$|password-strength|tile-map|maplibre/.test(fileName),
        )
        .map((file) => {
          const content = file.type === 'chunk' ? file.code : file.source
          const revision = createHash('sha256').update(content).digest('base64url').slice(0, 12)
          return { url: file.fileName, revision: file.fileName.startsWith('assets/') ? null : revision }
        })
      worker.code = worker.code.replace(/\bprecacheManifest\b/, JSON.stringify(manifest))
    },
  }
}

/** Swagger UI, for /docs (server/features/docs): served as it is, beside the files of public/api-docs, and not bundled. */
function swaggerUi(): Plugin {
  const files = ['swagger-ui-bundle.js', 'swagger-ui.css'].map((name) => ({
    name,
    path: here(`../node_modules/swagger-ui-dist/${name}`),
  }))
  return {
    name: 'swagger-ui',
    async writeBundle({ dir = '' }) {
      for (const { name, path } of files) await copyFile(path, `${dir}/api-docs/${name}`)
    },
    configureServer({ middlewares }) {
      for (const { name, path } of files) {
        middlewares.use(`/api-docs/${name}`, (_request, response) => {
          response.setHeader('Content-Type', name.endsWith('.css') ? 'text/css' : 'text/javascript')
          createReadStream(path).pipe(response)
        })
      }
    },
  }
}

/** `npm run dev` serves the library as the build does: at /callout.js. */
const library: Plugin = {
  name: 'library',
  apply: 'serve',
  configureServer({ middlewares }) {
    middlewares.use((request, _response, next) => {
      if (request.url === '/callout.js') request.url = '/live/library/browser.ts'
      next()
    })
  },
}

export default defineConfig({
  root: here('.'),
  base: '/',
  // Relative but in index.html, so that the same build serves below a base path (server/http/base-path.ts).
  experimental: { renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `/${file}` : { relative: true }) },
  plugins: [
    leanMqtt,
    leanTopics,
    textParts(),
    preact(),
    tailwindcss(),
    signInPage(tailwindcss),
    serviceWorker(),
    swaggerUi(),
    library,
  ],
  resolve: { alias: [{ find: /^#shared\//, replacement: here('../shared/') }, ...mqttForBrowsers] },
  build: {
    outDir: here('../dist/client'),
    emptyOutDir: true,
    manifest: true,
    // All targets support <link rel=modulepreload>.
    modulePreload: { polyfill: false },
    sourcemap: false,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    rolldownOptions: {
      ...withProcess,
      input: { index: here('index.html'), sw: here('sw.ts') },
      output: {
        // The scope of a service worker is the folder it is served from.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        codeSplitting: { groups: [...startChunk, mapChunk, ...pageChunks()] },
      },
    },
  },
  optimizeDeps: { include: ['mqtt/lib/client'], rolldownOptions: withProcess },
  server: {
    host: '127.0.0.1',
    proxy: {
      ...Object.fromEntries(
        ['/api', '/docs', '/healthz', '/metrics', '/readyz', '/tiles'].map((path) => [path, server]),
      ),
      '/mqtt': { target: server, ws: true },
    },
  },
})
