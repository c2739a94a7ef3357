import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { bundled } from '../../../scripts/lib/bundled.ts'
import { leanMqtt } from '../shims/lean-mqtt.ts'
import { leanTopics } from '../shims/lean-topics.ts'
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
    const isForeign = (id: string) =>
      (id.includes('/node_modules/') ? /\/node_modules\/(preact|@preact\/signals)\// : /\/client\/(?!live\/)/).test(id)
    const foreign = modules.find(isForeign)
    if (foreign) this.error(`The library must not contain ${foreign}`)
  },
}

/** Without checks (unchecked.ts) all schemas do the same, so one is enough. */
const oneSchema: Plugin = {
  name: 'one-schema',
  enforce: 'pre',
  transform: (code, id) =>
    id.endsWith('/shared/topic-table.ts') ? code.replace(/\bpublished: \w+,/g, 'published: OrderEvent,') : undefined,
}

/** `--mode browser`: dist/client/callout.js, which needs no other file. `--mode node`: dist/live/node.js. */
export default defineConfig(({ mode }) => {
  const isForNode = mode === 'node'
  return {
    root: here('.'),
    publicDir: false,
    plugins: [frameworkFree, ...(isForNode ? [] : [leanMqtt, leanTopics, oneSchema])],
    resolve: { alias: isForNode ? [shared] : [shared, unchecked, ...mqttForBrowsers] },
    // An installation has neither development dependencies nor those that are bundled.
    ssr: { noExternal: ['@preact/signals-core', ...bundled] },
    build: {
      ssr: isForNode,
      outDir: here(isForNode ? '../../../dist/live' : '../../../dist/client'),
      emptyOutDir: isForNode,
      target: isForNode ? 'node20' : 'es2023',
      modulePreload: false,
      rolldownOptions: {
        ...(isForNode ? {} : withProcess),
        // A file of shared/ from which nothing is used does nothing.
        treeshake: { moduleSideEffects: (id) => !id.includes('/shared/') },
        input: isForNode ? here('node.ts') : here('browser.ts'),
        // A function of zod that unchecked.ts lacks would fail in the browser only.
        onLog(level, log, next) {
          if (log.code === 'IMPORT_IS_UNDEFINED') throw new Error(log.message)
          next(level, log)
        },
        preserveEntrySignatures: 'strict' as const,
        output: { entryFileNames: isForNode ? 'node.js' : 'callout.js', codeSplitting: false },
      },
    },
  }
})
