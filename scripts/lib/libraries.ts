import { build } from 'esbuild'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The libraries that most tests load, each as it is imported. Without those that have native parts or read files beside
 * their own.
 */
const bundled = [
  'aedes',
  'aedes-persistence',
  'aedes-persistence-redis',
  'bl',
  'cookie',
  'cors',
  'express',
  'helmet',
  'ioredis',
  'jsonwebtoken',
  'libphonenumber-js/min',
  'lru-cache',
  'mqemitter-redis',
  'mqtt',
  'mqtt-packet',
  'p-limit',
  'prom-client',
  'proxy-addr',
  'qlobber',
  'rate-limiter-flexible',
  'sirv',
  'websocket-stream/server.js',
  'ws',
  'zod',
  'zod/mini',
]
/** What these import and is loaded from its own folder. */
const external = ['aedes-persistence-level', 'classic-level', 'bufferutil', 'utf-8-validate']

const fileOf = (library: string) => `${library.replaceAll('/', '-').replace(/\.js$/, '')}.mjs`

/**
 * Bundles these libraries, once per lockfile: finding and reading their 800 files was half of the CPU time in which a test
 * loads the server. Resolves to the file of a library; undefined for one that is not bundled.
 */
export async function bundleLibraries(): Promise<(library: string) => string | undefined> {
  const source = JSON.stringify([bundled, external, readFileSync(import.meta.filename, 'utf8')])
  const hash = createHash('sha256').update(readFileSync('package-lock.json')).update(source).digest('hex').slice(0, 12)
  const folder = join('.tmp', `libraries-${hash}`)
  if (!existsSync(folder)) await bundleInto(folder)
  return (library) => (bundled.includes(library) ? join(folder, fileOf(library)) : undefined)
}

async function bundleInto(folder: string) {
  const work = mkdtempSync('.tmp/libraries-')
  const entries = await Promise.all(
    bundled.map(async (library) => {
      const entry = join(work, `entry-${fileOf(library)}`)
      writeFileSync(entry, reexport(library, Object.keys(await import(library))))
      return { in: entry, out: fileOf(library).replace(/\.mjs$/, '') }
    }),
  )
  await build({
    entryPoints: entries,
    outdir: join(work, 'out'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    external,
    platform: 'node',
    format: 'esm',
    minifyWhitespace: true,
    keepNames: true,
    logLevel: 'error',
    // CommonJS inside needs these.
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;`,
    },
  })
  mkdirSync('.tmp', { recursive: true })
  try {
    renameSync(join(work, 'out'), folder)
  } catch {
    // Another run was first.
  }
  rmSync(work, { recursive: true, force: true })
}

/** A module with the names that Node finds in the library, which esbuild does not find in CommonJS. */
function reexport(library: string, names: string[]) {
  const plain = names.filter((name) => name !== 'default' && name !== 'module.exports')
  return [
    `import * as library from '${library}'`,
    ...(names.includes('default') ? [`export { default } from '${library}'`] : []),
    // Named apart, because an export may be called as a reserved word is: `static`.
    ...plain.map((name, n) => `const _${n} = library.${name}; export { _${n} as ${name} }`),
  ].join('\n')
}
