import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'vite'
import { compressFiles } from './lib/compress.ts'
import { gzipped, shares, type Manifest } from './lib/budget.ts'
import { sourcesStamp, stampFile } from './sources.mjs'

// npm run build: builds client and server into dist/, then checks the size of the client's chunks.

const stamp = sourcesStamp()
// Without the stamp dist/ counts as not built, until the build has succeeded.
rmSync(stampFile, { force: true })

const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`

try {
  for (const part of ['client', 'server'] as const) {
    const startedAt = performance.now()
    await build({ configFile: `${part}/vite.config.ts`, logLevel: 'warn' })
    console.log(`${part} → dist/${part}`.padEnd(25), `${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
  }
  if (!withinBudget()) throw new Error('The budget is exceeded: load later what the page does not need at first.')
  const { files, plain, brotli, gzip } = compressFiles('dist/client')
  console.log(`${files} files compressed`.padEnd(25), `${kB(plain)} → ${kB(brotli)} br, ${kB(gzip)} gz`)
  writeFileSync(stampFile, stamp ?? '')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function withinBudget(): boolean {
  const manifest: Manifest = JSON.parse(readFileSync('dist/client/.vite/manifest.json', 'utf8'))
  const rows = shares(manifest).map(({ name, chunks, limit }) => {
    const size = gzipped(manifest, chunks, 'dist/client')
    console.log(`${name.padEnd(25)} ${kB(size)} of ${kB(limit)} gzip${size > limit ? '  TOO MUCH' : ''}`)
    return size <= limit
  })
  return rows.every(Boolean)
}
