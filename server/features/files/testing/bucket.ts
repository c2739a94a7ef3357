import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from 's3rver'

const [accessKey, secretKey] = ['S3RVER', 'S3RVER']

/**
 * A server with the protocol of S3 on a free port. `url`: a FILES_URL for its bucket. s3rver does not verify signatures of
 * version 4, so this server does.
 */
export async function startBucket() {
  const directory = await mkdtemp(join(tmpdir(), 'callout-bucket-'))
  const files = new S3rver({ silent: true, directory, configureBuckets: [{ name: 'pictures', configs: [] }] })
  await files.configureBuckets()
  const handle = files.callback()
  const server = createServer((request, response) => {
    if (isSigned(request)) return handle(request, response)
    response.writeHead(403, { 'content-type': 'application/xml', connection: 'close' })
    response.end('<Error><Code>SignatureDoesNotMatch</Code></Error>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : null
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const urlWith = (secret: string, path = 'pictures') =>
    `s3://${accessKey}:${secret}@127.0.0.1:${port}/${path}?region=eu-central-1&tls=false`
  return {
    url: urlWith(secretKey),
    urlWith,
    close,
    async stop() {
      await close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
function isSigned({ method, url = '', headers }: IncomingMessage): boolean {
  const [, scope = '', signedHeaders = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    ) ?? []
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const names = signedHeaders.split(';')
  const query = [...searchParams].map((pair) => pair.map(encoded).join('=')).sort()
  const canonical = [
    method,
    pathname
      .split('/')
      .map((part) => encoded(decodeURIComponent(part)))
      .join('/'),
    query.join('&'),
    ...names.map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    signedHeaders,
    headers['x-amz-content-sha256'],
  ].join('\n')
  const digest = createHash('sha256').update(canonical).digest('hex')
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, digest].join('\n')
  const key = scope.split('/').reduce<string | Buffer>((one, part) => hmac(one, part), `AWS4${secretKey}`)
  return hmac(key, text).toString('hex') === signature && names.includes('host')
}
