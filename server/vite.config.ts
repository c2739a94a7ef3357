import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The server as one plain file for Node: dist/server/main.js. What is in node_modules stays there. */
export default defineConfig({
  root,
  publicDir: false,
  resolve: { alias: { '#shared': `${root}shared` } },
  build: {
    ssr: true,
    outDir: 'dist/server',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: {
      input: {
        main: 'server/main.ts',
        'writer-thread-main': 'server/storage/sqlite/writer-thread-main.ts',
        'backup-thread-main': 'server/storage/sqlite/backup-thread-main.ts',
      },
      // Side by side: one file finds another as it does in the sources.
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
})
