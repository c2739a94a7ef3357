import { resolve } from 'node:path'
import { build } from 'vite'
import { outDir, type BuiltProgram } from './built-program.ts'

const programs: readonly BuiltProgram[] = ['host', 'bridge.child']

/**
 * Contestants run as they would be shipped: as plain JavaScript, built as the server is. What tsx makes of the sources
 * names every function anew whenever it is made, which costs whoever has the smaller ones.
 */
export async function buildContestants() {
  const input = Object.fromEntries(programs.map((name) => [name, resolve(import.meta.dirname, `${name}.ts`)]))
  await build({
    configFile: 'server/vite.config.ts',
    logLevel: 'warn',
    build: { ssr: true, outDir, rolldownOptions: { input } },
  })
}
