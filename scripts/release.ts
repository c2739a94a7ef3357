import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ensureBuilt } from './lib/built.ts'
import { releasePackage } from './lib/release-package.ts'

// npm run release: builds if necessary, then packs what a server needs into release/callout-VERSION.tgz: the build, the
// command `callout`, the lockfile of the production dependencies, and scripts/deploy. How it is installed:
// scripts/deploy/README.md.

const folder = 'release/package'
const copied = {
  'dist/client': 'dist/client',
  'dist/server': 'dist/server',
  'dist/live': 'dist/live',
  'scripts/deploy': 'deploy',
  'scripts/deploy/README.md': 'README.md',
  '.env.example': '.env.example',
  '.github/CHANGELOG.md': 'CHANGELOG.md',
  LICENSE: 'LICENSE',
}

await ensureBuilt()

rmSync('release', { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
/** Tests, source maps, and the list of chunks that the size check reads. */
const notInstalled = /(?<!\.d)\.ts$|\.map$|^\.vite$/
for (const [from, to] of Object.entries(copied))
  cpSync(from, join(folder, to), { recursive: true, filter: (path) => !notInstalled.test(basename(path)) })
const { manifest, lockfile } = releasePackage(read('package.json'), read('package-lock.json'))
writeJson('package.json', manifest)
// The one lockfile that npm packs.
writeJson('npm-shrinkwrap.json', lockfile)

const pack = ['pack', '--silent', '--pack-destination', '..']
const file = join('release', execFileSync('npm', pack, { cwd: folder, encoding: 'utf8' }).trim())
rmSync(folder, { recursive: true })
console.log(`${file}  ${(statSync(file).size / 1e6).toFixed(1)} MB`)

function read(name: string): string {
  return readFileSync(name, 'utf8')
}

function writeJson(name: string, content: object) {
  writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`)
}
