import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import express from 'express'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compressFiles } from '../../../scripts/lib/compress.ts'
import { listen } from '../../net/listen.ts'
import { readClientPages } from '../client-pages.ts'
import { client } from './client.ts'

interface Served {
  status: number | undefined
  headers: IncomingMessage['headers']
  body: Buffer
}

const test = suite<{
  folder: string
  fetch(path: string, encoding: string, more?: Record<string, string>): Promise<Served>
  close(): void
}>('the built client')

test.before(async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'callout-client-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), `<!doctype html>${'<p>page</p>'.repeat(200)}`)
  writeFileSync(join(folder, 'assets', 'start-a1.js'), 'console.log("start")\n'.repeat(200))
  mkdirSync(join(folder, 't'))
  writeFileSync(join(folder, 't', 'index.html'), '<html><script src="/assets/tracking.js"></script>')
  writeFileSync(
    join(folder, 'index.de.html'),
    `<html lang="de"><a href="/register">Konto</a>${'<p>Seite</p>'.repeat(200)}`,
  )
  writeFileSync(join(folder, 'small.svg'), '<svg/>')
  writeFileSync(join(folder, 'gone.svg'), '<svg/>')
  writeFileSync(join(folder, 'callout.js'), 'export const connect = 1\n'.repeat(200))
  writeFileSync(join(folder, 'callout.d.ts'), 'export declare function connect(): void\n')
  compressFiles(folder)
  const server = createServer(express().use(client(folder, readClientPages(folder))))
  const port = await listen(server, 0, '127.0.0.1')
  const fetch = (path: string, encoding: string, more?: Record<string, string>) =>
    new Promise<Served>((resolve, reject) => {
      get({ port, path, headers: { 'accept-encoding': encoding, ...more } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
        )
      }).on('error', reject)
    })
  const close = () => {
    server.close()
    rmSync(folder, { recursive: true })
  }
  Object.assign(context, { folder, fetch, close })
})
test.after(({ close }) => close())

test('the page of tracking links is no part of the other page, and search engines leave it out', async ({
  folder,
  fetch,
}) => {
  for (const path of ['/t/', '/t', '/t/index.html']) {
    const { headers, body } = await fetch(path, '')
    assert.match(body.toString(), 'src="/assets/tracking.js"')
    assert.equal([headers['x-robots-tag'], headers['cache-control']], ['noindex', 'no-cache'], path)
  }
  for (const path of ['/', '/tea', '/t/x']) {
    const { headers, body } = await fetch(path, '')
    assert.equal([headers['x-robots-tag'], body.toString().includes('<p>page</p>')], [undefined, true], path)
  }
  const server = createServer(express().use(client(folder, readClientPages(folder, '/desk'))))
  const port = await listen(server, 0, '127.0.0.1')
  const below = await (await globalThis.fetch(`http://127.0.0.1:${port}/t/`)).text()
  assert.is(below, '<html data-base="/desk"><script src="/desk/assets/tracking.js"></script>')
  server.close()
})

test('a file that has gone since the start ends its own request only', async ({ folder, fetch }) => {
  rmSync(join(folder, 'gone.svg'))
  assert.is(await fetch('/gone.svg', '').catch(() => 'ended'), 'ended')
  assert.is((await fetch('/callout.js', '')).status, 200)
})

test('the library and its types are open to pages of any origin, and revalidated', async ({ fetch }) => {
  for (const [path, type] of [
    ['/callout.js', /^text\/javascript/],
    ['/callout.d.ts', /^application\/typescript/],
  ] as const) {
    const { status, headers } = await fetch(path, 'br')
    assert.equal([status, headers['access-control-allow-origin'], headers['cache-control']], [200, '*', 'no-cache'])
    assert.match(headers['content-type'] ?? '', type)
  }
  assert.is((await fetch('/', 'br')).headers['access-control-allow-origin'], undefined)
})

test('files are served compressed as the browser accepts it, with their own type and caching', async ({
  folder,
  fetch,
}) => {
  const plain = (buffer: Buffer) => buffer
  const decoders = { br: brotliDecompressSync, gzip: gunzipSync, identity: plain }
  const cases = [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['', 'identity'],
  ] as const
  const files = [
    ['/assets/start-a1.js', 'assets/start-a1.js', /javascript/, /immutable/],
    ['/', 'index.html', /html/, /no-cache/],
    ['/orders/17', 'index.html', /html/, /no-cache/],
  ] as const
  for (const [path, file, type, caching] of files)
    for (const [accepted, encoding] of cases) {
      const { status, headers, body } = await fetch(path, accepted)
      const what = `${path} for "${accepted}"`
      assert.is(status, 200, what)
      assert.is(headers['content-encoding'] ?? 'identity', encoding, what)
      assert.is(headers.vary, file === 'index.html' ? 'Accept-Encoding, Accept-Language' : 'Accept-Encoding', what)
      assert.match(headers['content-type'] ?? '', type)
      assert.match(headers['cache-control'] ?? '', caching)
      assert.equal(decoders[encoding](body), readFileSync(join(folder, file)), what)
      if (encoding !== 'identity') assert.ok(body.length < readFileSync(join(folder, file)).length / 2)
    }
})

test('the page is in the language of the reader, English for all others', async ({ fetch }) => {
  const cases = [
    ['de-AT,de;q=0.9,en;q=0.8', 'Seite'],
    ['fr,de;q=0.5', 'Seite'],
    ['en-GB,de;q=0.5', 'page'],
    ['fr', 'page'],
    ['', 'page'],
  ] as const
  for (const [language, text] of cases)
    for (const path of ['/', '/orders/17', '/index.html']) {
      const { body } = await fetch(path, '', { 'accept-language': language })
      assert.match(body.toString(), `<p>${text}</p>`, `${path} for "${language}"`)
    }
})

test('a page that has not changed is not sent again; in another language it is', async ({ fetch }) => {
  const { headers } = await fetch('/', 'br')
  const again = { 'if-none-match': headers.etag ?? '' }
  assert.is((await fetch('/', 'gzip', again)).status, 304)
  assert.is((await fetch('/', 'br', { ...again, 'accept-language': 'de' })).status, 200)
})

test('below a base path the pages have it in their links and are compressed as well', async ({ folder }) => {
  const server = createServer(express().use(client(folder, readClientPages(folder, '/desk'))))
  const port = await listen(server, 0, '127.0.0.1')
  const response = await globalThis.fetch(`http://127.0.0.1:${port}/`, {
    headers: { 'accept-language': 'de', 'accept-encoding': 'br' },
  })
  assert.is(response.headers.get('content-encoding'), 'br')
  assert.match(await response.text(), '<html data-base="/desk" lang="de"><a href="/desk/register">')
  server.close()
})

test('the hashes are those of what stands in the pages, each once', ({ folder }) => {
  const inline = '<style>a{}</style><script type="module" src="/x.js"></script><script>let a</script>'
  for (const name of ['index.html', 'index.de.html']) writeFileSync(join(folder, name), inline)
  const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  assert.equal(readClientPages(folder).hashes, { scripts: [sha256('let a')], styles: [sha256('a{}')] })
})

test('a small file is served as it is; a chunk that is gone is not answered with the page', async ({ fetch }) => {
  const small = await fetch('/small.svg', 'br')
  assert.equal([small.status, small.headers['content-encoding']], [200, undefined])
  assert.is((await fetch('/assets/start-b2.js', 'br')).status, 404)
})

test.run()
