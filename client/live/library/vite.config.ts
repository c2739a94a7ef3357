import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { mqttForBrowsers, withProcess } from '../shims/vite.config.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** A library that its own server serves need not check the shape of that server's messages: a sixth of its size. */
const unchecked = { find: 'zod/mini', replacement: here('unchecked.ts') }
const shared = { find: /^#shared\//, replacement: here('../../../shared/') }

/** Refuses a library that contains a framework or the pages. */
const frameworkFree: Plugin = {
  name: 'framework-free',
  generateBundle(_options, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
    const foreign = modules.find((id) => /\/node_modules\/(preact|@preact\/signals)\/|\/client\/(?!live\/)/.test(id))
    if (foreign) this.error(`The library must not contain ${foreign}`)
  },
}

/** `--mode browser`: dist/client/callout.js, which needs no other file. `--mode node`: dist/live/node.js. */
export default defineConfig(({ mode }) => {
  const isForNode = mode === 'node'
  return {
    root: here('.'),
    publicDir: false,
    plugins: [frameworkFree],
    resolve: { alias: isForNode ? [shared] : [shared, unchecked, ...mqttForBrowsers] },
    // A production dependency is imported by Node; a development dependency is not installed there.
    ssr: { noExternal: ['@preact/signals-core'] },
    build: {
      ssr: isForNode,
      outDir: here(isForNode ? '../../../dist/live' : '../../../dist/client'),
      emptyOutDir: isForNode,
      target: isForNode ? 'node20' : 'es2023',
      modulePreload: false,
      rolldownOptions: {
        ...(isForNode ? {} : withProcess),
        input: isForNode ? here('node.ts') : here('browser.ts'),
        preserveEntrySignatures: 'strict' as const,
        output: { entryFileNames: isForNode ? 'node.js' : 'callout.js', codeSplitting: false },
      },
    },
  }
})
