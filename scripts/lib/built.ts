import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { sourcesStamp, stampFile } from '../sources.mjs'

/** The output of `npm run build`, relative to the project's folder. */
export const builtServer = 'dist/server/main.js'

/** Builds the server if dist/ is missing or was built from other sources, as `npm start` does. */
export async function ensureBuilt(): Promise<void> {
  const current = existsSync(builtServer) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === sourcesStamp()
  if (current) return
  console.error('Building Callout …')
  const build = spawn(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { stdio: ['ignore', 'ignore', 2] })
  const code = await new Promise((done) => build.once('exit', done))
  if (code !== 0) throw new Error('the build failed')
}
