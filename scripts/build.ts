import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { compressFiles } from './lib/compress.ts'
import { customerShare, gzipped, shares, trackingShare, type Manifest, type Share } from './lib/budget.ts'
import { sourcesStamp, stampFile } from './sources.mjs'

// npm run build: builds client, server and the library (client/live/library) into dist/, then checks the size of the
// client's chunks and of /callout.js.

const stamp = sourcesStamp()
// Without the stamp dist/ counts as not built, until the build has succeeded.
rmSync(stampFile, { force: true })

const parts = [
  { name: 'client', configFile: 'client/vite.config.ts', to: 'dist/client' },
  // After the client, whose build empties the folder, as the library below.
  { name: 'tracking page', configFile: 'client/t/vite.config.ts', to: 'dist/client/t' },
  { name: 'server', configFile: 'server/vite.config.ts', to: 'dist/server' },
  { name: 'library', configFile: 'client/live/library/vite.config.ts', mode: 'browser', to: 'dist/client/callout.js' },
  { name: 'library', configFile: 'client/live/library/vite.config.ts', mode: 'node', to: 'dist/live' },
]

const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`

try {
  for (const { name, configFile, mode, to } of parts) {
    const startedAt = performance.now()
    await build({ configFile, mode, logLevel: 'warn' })
    console.log(`${name} → ${to}`.padEnd(33), `${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
  }
  for (const folder of ['dist/client', 'dist/live'])
    copyFileSync('client/live/library/callout.d.ts', `${folder}/callout.d.ts`)
  if (!withinBudget()) throw new Error('The budget is exceeded: load later what the page does not need at first.')
  const { files, plain, brotli, gzip } = compressFiles('dist/client')
  console.log(`${files} files compressed`.padEnd(33), `${kB(plain)} → ${kB(brotli)} br, ${kB(gzip)} gz`)
  writeFileSync(stampFile, stamp ?? '')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function withinBudget(): boolean {
  const manifest: Manifest = JSON.parse(readFileSync('dist/client/.vite/manifest.json', 'utf8'))
  const trackingManifest: Manifest = JSON.parse(readFileSync('dist/client/.vite/tracking-manifest.json', 'utf8'))
  const library = { name: '/callout.js', limit: 30_000, size: gzipSync(readFileSync('dist/client/callout.js')).length }
  const sized = (from: Manifest) => (share: Share) => ({ ...share, size: gzipped(from, share, 'dist/client') })
  const chunks = [
    ...[...shares(manifest), customerShare(manifest)].map(sized(manifest)),
    sized(trackingManifest)(trackingShare(trackingManifest)),
  ]
  const rows = [...chunks, library].map(({ name, size, limit }) => {
    console.log(`${name.padEnd(33)} ${kB(size)} of ${kB(limit)} gzip${size > limit ? '  TOO MUCH' : ''}`)
    return size <= limit
  })
  return rows.every(Boolean)
}
