import { build } from 'vite'
import { outDir, type BuiltProgram } from './built-program.ts'

const programs: Record<BuiltProgram, string> = {
  host: 'scripts/bench/subjects/host.ts',
  'bridge.child': 'scripts/bench/subjects/bridge.child.ts',
  main: 'server/main.ts',
  'writer-thread-main': 'server/storage/sqlite/writer-thread-main.ts',
}

/**
 * Builds the subjects as the server is built. Under tsx each function creation calls a naming helper, which slows
 * subjects with many small functions more than others.
 */
export async function buildSubjects() {
  await build({
    configFile: 'server/vite.config.ts',
    logLevel: 'warn',
    build: { ssr: true, outDir, rolldownOptions: { input: programs } },
  })
}
