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
import { client } from './client.ts'

interface Served {
  status: number | undefined
  headers: IncomingMessage['headers']
  body: Buffer
}

const test = suite<{ folder: string; fetch(path: string, encoding: string): Promise<Served>; close(): void }>(
  'the built client',
)

test.before(async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'callout-client-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), `<!doctype html>${'<p>page</p>'.repeat(200)}`)
  writeFileSync(join(folder, 'assets', 'start-a1.js'), 'console.log("start")\n'.repeat(200))
  mkdirSync(join(folder, 't'))
  writeFileSync(join(folder, 't', 'index.html'), '<html><script src="/assets/tracking.js"></script>')
  writeFileSync(join(folder, 'small.svg'), '<svg/>')
  writeFileSync(join(folder, 'gone.svg'), '<svg/>')
  writeFileSync(join(folder, 'callout.js'), 'export const connect = 1\n'.repeat(200))
  writeFileSync(join(folder, 'callout.d.ts'), 'export declare function connect(): void\n')
  compressFiles(folder)
  const server = createServer(express().use(client(folder)))
  const port = await listen(server, 0, '127.0.0.1')
  const fetch = (path: string, encoding: string) =>
    new Promise<Served>((resolve, reject) => {
      get({ port, path, headers: { 'accept-encoding': encoding } }, (response) => {
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
  const server = createServer(express().use(client(folder, '/desk')))
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
      assert.is(headers.vary, 'Accept-Encoding', what)
      assert.match(headers['content-type'] ?? '', type)
      assert.match(headers['cache-control'] ?? '', caching)
      assert.equal(decoders[encoding](body), readFileSync(join(folder, file)), what)
      if (encoding !== 'identity') assert.ok(body.length < readFileSync(join(folder, file)).length / 2)
    }
})

test('a small file is served as it is; a chunk that is gone is not answered with the page', async ({ fetch }) => {
  const small = await fetch('/small.svg', 'br')
  assert.equal([small.status, small.headers['content-encoding']], [200, undefined])
  assert.is((await fetch('/assets/start-b2.js', 'br')).status, 404)
})

test.run()
