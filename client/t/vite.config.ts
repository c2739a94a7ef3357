import preact from '@preact/preset-vite'
import tailwindcss from '@tailwindcss/vite'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { textParts } from '../build/text-parts.ts'
import { leanMqtt } from '../live/shims/lean-mqtt.ts'
import { leanTopics } from '../live/shims/lean-topics.ts'
import { mapChunk, mqttForBrowsers, withProcess } from '../live/shims/vite.config.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The page of tracking links: a bundle of its own, so that it and the sign-in page load nothing of each other. */
export default defineConfig({
  root: here('..'),
  base: '/',
  publicDir: false,
  // Relative but in the page, as in client/vite.config.ts.
  experimental: { renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `/${file}` : { relative: true }) },
  plugins: [leanMqtt, leanTopics, textParts({ start: ['t/main.tsx'] }), preact(), tailwindcss()],
  resolve: { alias: [{ find: /^#shared\//, replacement: here('../../shared/') }, ...mqttForBrowsers] },
  build: {
    outDir: here('../../dist/client'),
    emptyOutDir: false,
    manifest: '.vite/tracking-manifest.json',
    modulePreload: { polyfill: false },
    sourcemap: false,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    rolldownOptions: {
      ...withProcess,
      input: { tracking: here('index.html') },
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: ({ name }) => `assets/${name === mapChunk.name ? '' : 'tracking-'}[name]-[hash].js`,
        codeSplitting: { groups: [mapChunk] },
        assetFileNames: 'assets/tracking-[name]-[hash][extname]',
      },
    },
  },
})
