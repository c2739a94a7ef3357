import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { sourcesStamp, stampFile } from '../sources.mjs'

/** The output of `npm run build`, relative to the project's folder. */
export const builtServer = 'dist/server/main.js'

const isBuilt = () =>
  existsSync(builtServer) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sourcesStamp()

/** Builds the server and the client if dist/ is missing or was built from other sources, as `npm start` does. */
export async function ensureBuilt(): Promise<void> {
  if (isBuilt()) return
  console.error('Building Callout …')
  const build = spawn(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { stdio: ['ignore', 'ignore', 2] })
  const code = await new Promise((done) => build.once('exit', done))
  if (code !== 0) throw new Error('the build failed')
}

/** Builds the server alone, in a third of the time. Without the stamp, dist/ counts as not built for all others. */
export async function ensureServerBuilt(): Promise<void> {
  if (isBuilt()) return
  console.error('Building the server …')
  rmSync(stampFile, { force: true })
  const { build } = await import('vite')
  await build({ configFile: 'server/vite.config.ts', logLevel: 'warn' })
}
