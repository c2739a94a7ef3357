import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'vite'

/**
 * Builds the server for tests that start it many times: built it starts in a fifth of the CPU time that it takes from
 * source. Each test process has a folder of its own; `remove` deletes it.
 */
export async function buildServer() {
  const outDir = `.tmp/server-${process.pid}`
  await build({ configFile: 'server/vite.config.ts', logLevel: 'warn', build: { ssr: true, outDir } })
  return { path: resolve(join(outDir, 'main.js')), remove: () => rm(outDir, { recursive: true, force: true }) }
}
