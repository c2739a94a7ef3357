import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** One chunk in Vite's manifest. Keys and `imports` are the names that the manifest uses. */
interface Chunk {
  file: string
  /** Of a chunk without a source file. */
  name?: string
  css?: string[]
  imports?: string[]
  dynamicImports?: string[]
}

export type Manifest = Record<string, Chunk>

export interface Share {
  name: string
  /** Manifest keys. */
  chunks: string[]
  /** A page that counts as well, with the style and the script that stand in it. */
  page?: string
  /** Bytes, gzipped. */
  limit: number
  /** Whether the styles count too. */
  styles?: boolean
}

const liveConnection = 'live/mqtt.ts'

/**
 * The two budgets: all that the sign-in page loads before its form is usable, and what only the live connection loads.
 * Throws when a chunk is missing, because nothing would be measured.
 */
export function shares(manifest: Manifest): Share[] {
  const start = keyOf(manifest, 'the entry', (key) => key === 'index.html')
  const connection = keyOf(
    manifest,
    'the live connection',
    (key) => key === liveConnection || key.endsWith(`/${liveConnection}`),
  )
  const loadedOtherwise = reach(manifest, [start], 'all', connection)
  return [
    { name: 'sign-in page', page: 'index.html', chunks: [...reach(manifest, [start], 'static')], limit: 30_000 },
    {
      name: 'live connection',
      chunks: [...reach(manifest, [connection], 'all')].filter((key) => !loadedOtherwise.has(key)),
      limit: 16_000,
    },
  ]
}

/** All JavaScript that the page of tracking links loads before it shows the order; the live connection comes after. */
export function trackingShare(manifest: Manifest): Share {
  const start = keyOf(manifest, 'the page of tracking links', (key) => key === 't/index.html')
  return { name: 'page of tracking links', chunks: [...reach(manifest, [start], 'static')], limit: 80_000 }
}

/** All that a customer loads from an empty cache until the first page is live, in English: with styles and texts. */
export function customerShare(manifest: Manifest): Share {
  const [start] = shares(manifest)
  const chunkOf = (what: string, name: string) =>
    keyOf(manifest, what, (key) => manifest[key]?.name === name && manifest[key].file.endsWith('.js'))
  const after = [
    chunkOf('all signed-in pages', 'signed-in'),
    chunkOf('the pages of customers', 'customer'),
    keyOf(manifest, 'the texts of customers', (key) => key === 'i18n/en.ts?part=customer'),
    liveConnection,
  ]
  const chunks = new Set([...(start?.chunks ?? []), ...reach(manifest, after, 'static')])
  return { ...start, name: 'customer live', chunks: [...chunks], limit: 100_000, styles: true }
}

/** Size of a share in bytes, gzipped. */
export function gzipped(manifest: Manifest, { chunks, page, styles = false }: Share, folder: string): number {
  const scripts = chunks.map((key) => manifest[key]?.file ?? '').filter((file) => file.endsWith('.js'))
  const files = new Set([...scripts, ...(styles ? chunks.flatMap((key) => manifest[key]?.css ?? []) : [])])
  if (page) files.add(page)
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0)
}

function keyOf(manifest: Manifest, what: string, is: (key: string) => boolean): string {
  const found = Object.keys(manifest).filter(is)
  if (found.length === 1 && found[0]) return found[0]
  throw new Error(`The budget needs one chunk for ${what}, but found ${found.length ? found.join(', ') : 'none'}`)
}

function reach(manifest: Manifest, from: string[], imports: 'static' | 'all', without?: string): Set<string> {
  const seen = new Set<string>()
  const visit = (key: string) => {
    const chunk = manifest[key]
    if (!chunk || key === without || seen.has(key)) return
    seen.add(key)
    chunk.imports?.forEach(visit)
    if (imports === 'all') chunk.dynamicImports?.forEach(visit)
  }
  from.forEach(visit)
  return seen
}
