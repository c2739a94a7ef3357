import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { Request, Response } from 'express'
import { pageBelow } from './base-path.ts'

interface Page {
  etag: string
  bodies: Record<'br' | 'gzip' | 'identity', Buffer>
}

export interface ClientPages {
  /** The page of all paths, by language; English first. */
  index: ReadonlyMap<string, Page>
  /** The page of tracking links. */
  tracking: Page | null
  /** For the Content-Security-Policy: what stands in the pages themselves (client/build/sign-in-page.ts). */
  hashes: { scripts: string[]; styles: string[] }
}

/** Reads the HTML of the built client once: the Content-Security-Policy has to match what is sent. */
export function readClientPages(directory: string, basePath = ''): ClientPages {
  const all: string[] = []
  const read = (file: string): Page => {
    const html = readFileSync(join(directory, file), 'utf8')
    const sent = basePath === '' ? html : pageBelow(html, basePath)
    all.push(sent)
    const identity = Buffer.from(sent)
    return {
      etag: `W/"${createHash('sha256').update(sent).digest('base64url').slice(0, 20)}"`,
      bodies: { br: brotliCompressSync(identity), gzip: gzipSync(identity), identity },
    }
  }
  const names = existsSync(directory) ? readdirSync(directory) : []
  const index = names.flatMap((name): [string, Page][] => {
    const [, language = 'en'] = /^index(?:\.([\w-]+))?\.html$/.exec(name) ?? []
    return name === 'index.html' || language !== 'en' ? [[language, read(name)]] : []
  })
  index.sort(([a], [b]) => Number(b === 'en') - Number(a === 'en'))
  const tracking = existsSync(join(directory, 't/index.html')) ? read('t/index.html') : null
  const hashesOf = (inline: RegExp) => [
    ...new Set(
      all.flatMap((html) =>
        [...html.matchAll(inline)].map(
          ([, content = '']) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`,
        ),
      ),
    ),
  ]
  const hashes = { scripts: hashesOf(/<script>([^]*?)<\/script>/g), styles: hashesOf(/<style>([^]*?)<\/style>/g) }
  return { index: new Map(index), tracking, hashes }
}

/** The index page in the reader's language, as far as the browser tells it. */
export function indexFor(request: Request, { index }: ClientPages): Page | undefined {
  const language = request.acceptsLanguages([...index.keys()])
  return index.get(language || 'en') ?? index.get('en')
}

/** Revalidated on each load. */
export function sendPage(request: Request, response: Response, { etag, bodies }: Page): void {
  const encoding = (['br', 'gzip'] as const).find((name) => request.acceptsEncodings(name)) ?? 'identity'
  if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding)
  response.setHeader('Cache-Control', 'no-cache')
  response.setHeader('ETag', etag)
  response.vary('Accept-Encoding').vary('Accept-Language').type('html').send(bodies[encoding])
}
