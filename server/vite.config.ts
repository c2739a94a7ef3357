import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { bundled } from '../scripts/lib/bundled.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The server and the admin commands as plain files for Node: dist/server/main.js and callout.js. */
export default defineConfig({
  root,
  publicDir: false,
  resolve: { alias: { '#shared': `${root}shared` } },
  ssr: { noExternal: bundled },
  build: {
    ssr: true,
    outDir: 'dist/server',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: 'server/main.ts',
        callout: 'scripts/callout.ts',
        'writer-thread-main': 'server/storage/sqlite/writer-thread-main.ts',
        'backup-thread-main': 'server/storage/sqlite/backup-thread-main.ts',
      },
      // Side by side: one file finds another as it does in the sources.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})
