import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import nodeModule, { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { withFileLock } from './lib/file-lock.mjs'
import './lib/node-version.mjs'
import { sourcesStamp, stampFile } from './sources.mjs'

// npm start: builds if necessary, then runs the server in this process, so that signals and exit codes need no
// forwarding. Plain JavaScript, because Node 20 cannot load TypeScript. Prints to stderr; stdout is the server's.

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
process.env.NODE_ENV ??= 'production'

const server = new URL('../dist/server/main.js', import.meta.url)
const stamp = sourcesStamp()

if (!isBuilt()) await buildOnce()
// Node 22 and later keep the compiled code, which saves a sixth of the start. In the folder of the libraries, because in the
// system's temporary folder another user could replace it. Node ignores a folder that it cannot write to.
nodeModule.enableCompileCache?.('node_modules/.callout-compiled')
await import(server.href)

function isBuilt() {
  const current = stamp === null || (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp)
  return current && existsSync(server) && existsSync('dist/client/index.html')
}

async function buildOnce() {
  if (stamp === null) fail('There is no build in dist/ and there are no sources to build from.')
  if (!installed('vite') || !installed('tsx')) {
    fail(
      'Callout must be built first, and the build tools are not installed. Run `npm ci --include=dev`, then start again.',
    )
  }
  // A second `npm start` in this folder waits for the first, and uses its build.
  await withFileLock('node_modules/.callout-build', async () => {
    if (!isBuilt()) await build()
  })
}

async function build() {
  console.error('Building Callout (first start or changed sources) …')
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { stdio: ['ignore', 2, 2] })
  const stop = () => {
    child.kill()
    process.exit(0)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const code = await new Promise((resolve) => child.once('exit', resolve))
  process.off('SIGINT', stop).off('SIGTERM', stop)
  if (code !== 0) fail('The build failed: see above.')
}

/** @param {string} name */
function installed(name) {
  try {
    return Boolean(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch {
    return false
  }
}

/** @param {string} message */
function fail(message) {
  console.error(message)
  process.exit(1)
}
