import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The server as one plain file for Node: dist/server/main.js. What is in node_modules stays there. */
export default defineConfig({
  root,
  publicDir: false,
  resolve: { alias: { '#shared': `${root}shared` } },
  build: {
    ssr: 'server/main.ts',
    outDir: 'dist/server',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: { output: { entryFileNames: '[name].js' } },
  },
})
