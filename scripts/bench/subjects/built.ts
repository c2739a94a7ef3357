import { build } from 'vite'
import { outDir, type BuiltProgram } from './built-program.ts'

const programs: Record<BuiltProgram, string> = {
  host: 'scripts/bench/subjects/host.ts',
  'bridge.child': 'scripts/bench/subjects/bridge.child.ts',
  main: 'server/main.ts',
  writer: 'server/storage/sqlite/writer-thread-main.ts',
}

/**
 * Contestants run as they would be shipped: as plain JavaScript, built as the server is. What tsx makes of the sources
 * names every function anew whenever it is made, which costs whoever has the smaller ones.
 */
export async function buildSubjects() {
  await build({
    configFile: 'server/vite.config.ts',
    logLevel: 'warn',
    build: { ssr: true, outDir, rolldownOptions: { input: programs } },
  })
}
