import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { chromium, type Browser } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SignedIn } from '#shared/users.ts'
import { dictionaries } from '../../client/e2e/languages.ts'
import { call, Person, placeOrder } from '../../server/testing/app.ts'
import { ServerProcess } from '../../server/testing/process.ts'

// npm run test:system -- scripts/deploy: nginx.conf of this folder with the distribution's nginx, the built server behind it at
// the root and below a path, Chromium, and devices over TLS with mosquitto_sub and paho. The certificate is changed meanwhile.

const run = promisify(execFile)
const texts = dictionaries.en.common

interface Context {
  root: string
  browser: Browser
}

const test = suite<Context>('behind nginx with TLS')
const children = new Set<ChildProcess>()

test.before(async (context) => {
  context.root = await mkdtemp(join(tmpdir(), 'callout-nginx-'))
  context.browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  await createAuthority(context.root)
  await installPaho(context.root)
})
test.after(async ({ root, browser }) => {
  await browser.close()
  for (const child of children) child.kill('SIGTERM')
  await rm(root, { recursive: true, force: true })
})

async function createAuthority(root: string) {
  const subject = ['-subj', '/CN=Callout test authority', '-keyout', join(root, 'ca.key'), '-out', join(root, 'ca.pem')]
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject])
}

/**
 * Issues a certificate of the authority for localhost, stores it as certbot does, and runs its hook, which copies it to `to`.
 * Resolves to its serial number.
 */
async function renew(root: string, to: string): Promise<string> {
  const lineage = await mkdtemp(join(root, 'live-'))
  const at = (name: string) => join(lineage, name)
  const request = ['-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-keyout', at('privkey.pem')]
  await run('openssl', ['req', ...request, '-out', at('csr')])
  await writeFile(at('ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  const authority = ['-CA', join(root, 'ca.pem'), '-CAkey', join(root, 'ca.key'), '-CAcreateserial', '-days', '1']
  await run('openssl', [
    'x509',
    '-req',
    '-in',
    at('csr'),
    '-out',
    at('fullchain.pem'),
    '-extfile',
    at('ext'),
    ...authority,
  ])
  const env = {
    PATH: process.env.PATH,
    RENEWED_LINEAGE: lineage,
    CALLOUT_TLS: to,
    CALLOUT_GROUP: String(process.getgid?.()),
  }
  await run(join(import.meta.dirname, 'certbot-hook.sh'), [], { env })
  const { stdout } = await run('openssl', ['x509', '-in', join(to, 'fullchain.pem'), '-noout', '-serial'])
  return stdout.trim().replace('serial=', '')
}

async function installPaho(root: string) {
  await run('python3', ['-m', 'pip', 'install', '-q', '--target', join(root, 'paho'), 'paho-mqtt==2.1.0'])
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** nginx.conf of this folder, with the ports, the certificate and the location of this test. */
async function startNginx(folder: string, ports: { tls: number; server: number }, basePath: string) {
  const example = await readFile(join(import.meta.dirname, 'nginx.conf'), 'utf8')
  const replaced: [string | RegExp, string][] = [
    ['listen 443 ssl http2', `listen 127.0.0.1:${ports.tls} ssl http2`],
    ['127.0.0.1:3000', `127.0.0.1:${ports.server}`],
    [/ssl_certificate .*;/, `ssl_certificate ${join(folder, 'tls/fullchain.pem')};`],
    [/ssl_certificate_key .*;/, `ssl_certificate_key ${join(folder, 'tls/privkey.pem')};`],
    ['location / {', `location ${basePath}/ {`],
  ]
  let site = example
  for (const [from, to] of replaced) {
    assert.ok(typeof from === 'string' ? site.includes(from) : from.test(site), String(from))
    site = site.replace(from, to)
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  )
  const file = join(folder, 'nginx.conf')
  await writeFile(
    file,
    `pid ${join(folder, 'nginx.pid')};\ndaemon off;\nerror_log stderr warn;\nevents {}\n` +
      `http {\naccess_log off;\n${temporary.join('\n')}\n${site}}\n`,
  )
  const child = spawn('nginx', ['-c', file, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'inherit'] })
  children.add(child)
  await once(child, 'spawn')
  return child
}

/** The serial number of the certificate that a new connection gets; null while it is refused. */
function serialAt(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber)
      socket.destroy()
    })
    socket.once('error', () => resolve(null))
  })
}

async function untilSerial(port: number, serial: string) {
  // The server reads the files every ten seconds; neither it nor nginx has an event for another process.
  for (const end = Date.now() + 20_000; (await serialAt(port)) !== serial; await sleep(100))
    assert.ok(Date.now() < end, `port ${port} does not use the certificate ${serial}`)
}

/** Lines of a program, and a wait for one. */
function linesOf(program: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH ?? '', ...env },
  })
  children.add(child)
  const lines: string[] = []
  let added = () => {}
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    added()
  })
  async function until(text: string) {
    while (!lines.some((line) => line.includes(text))) await new Promise<void>((resolve) => (added = resolve))
  }
  return { lines, until }
}

const listener = `
import sys, ssl, paho.mqtt.client as mqtt
port, ca, token = int(sys.argv[1]), sys.argv[2], sys.argv[3]
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="paho")
client.username_pw_set("paho", token)
client.tls_set(ca_certs=ca, tls_version=ssl.PROTOCOL_TLS_CLIENT)
client.on_connect = lambda c, *_: (print("connected", flush=True), c.subscribe("orders/#", 1))
client.on_subscribe = lambda *_: print("subscribed", flush=True)
client.on_disconnect = lambda *_: print("disconnected", flush=True)
client.on_message = lambda c, u, m: print(m.payload.decode(), flush=True)
client.connect("localhost", port, 20)
client.loop_forever()
`

for (const basePath of ['', '/callout']) {
  test(`at ${basePath || '/'}: sign-in, live pages, devices over TLS, and a new certificate without a dropped connection`, async ({
    root,
    browser,
  }) => {
    const folder = join(root, basePath.slice(1) || 'root')
    await mkdir(folder)
    const certificate = join(folder, 'tls')
    const [tls, port, mqttTls] = [await freePort(), await freePort(), await freePort()]
    const origin = `https://localhost:${tls}`
    const first = await renew(root, certificate)
    const env = {
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
      MQTT_PORT: '0',
      MQTT_TLS_PORT: String(mqttTls),
      MQTT_TLS_CERT: join(folder, 'tls/fullchain.pem'),
      MQTT_TLS_KEY: join(folder, 'tls/privkey.pem'),
      BASE_PATH: basePath,
      PUBLIC_URL: origin,
      TRUST_PROXY: '1',
      DEMO: 'true',
    }
    const server = new ServerProcess(env, 'scripts/start.mjs')
    children.add(server.child)
    const app = await server.ready()
    const nginx = await startNginx(folder, { tls, server: port }, basePath)
    await untilSerial(tls, first)
    await untilSerial(mqttTls, first)

    const passwordOf = (email: string) => app.demoAccounts.find((account) => account.email === email)?.password ?? ''
    const signIn = async (email: string) => {
      const login = { email, password: passwordOf(email) }
      return new Person(app, SignedIn.parse((await call(app, 'POST', '/api/auth/login', login)).body))
    }
    const [admin, customer] = [await signIn('admin@example.com'), await signIn('customer@example.com')]
    const { secret } = (await admin.post('/api/tokens', { name: 'Wall', scope: 'dashboard' })).body
    const [service] = (await admin.get('/api/services')).body.services
    const order = async (): Promise<string> => (await customer.post('/api/orders', placeOrder(service.id))).body.id

    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    const [sockets, closed, refused]: [string[], string[], string[]] = [[], [], []]
    page.on('websocket', (socket) => {
      sockets.push(socket.url())
      socket.on('close', () => closed.push(socket.url()))
    })
    page.on('response', (response) => {
      if (!response.url().startsWith(`${origin}${basePath}/`)) refused.push(response.url())
    })
    await page.goto(`${origin}${basePath}/`)
    await page.getByLabel(texts.email).fill('admin@example.com')
    await page.getByLabel(texts.password, { exact: true }).fill(passwordOf('admin@example.com'))
    await page.getByRole('button', { name: texts.signIn }).click()
    await page.waitForSelector('html[data-live="live"]')
    assert.equal([sockets, refused], [[`wss://localhost:${tls}${basePath}/mqtt`], []])
    const cookies = (await context.cookies(`${origin}${basePath}/api/auth/refresh`)).filter(({ secure }) => secure)
    assert.ok(cookies.some((cookie) => cookie.path === `${basePath}/api/auth`))

    const authority = join(root, 'ca.pem')
    const login = ['-h', 'localhost', '-p', String(mqttTls), '--cafile', authority, '-u', 'wall', '-P', secret]
    const mosquitto = linesOf('stdbuf', ['-oL', 'mosquitto_sub', '-d', ...login, '-q', '1', '-t', 'orders/#'])
    const paho = linesOf('python3', ['-c', listener, String(mqttTls), authority, secret], {
      PYTHONPATH: join(root, 'paho'),
    })
    await Promise.all([mosquitto.until('SUBACK'), paho.until('subscribed')])
    const everywhere = (id: string) =>
      Promise.all([page.waitForSelector(`[data-order-id="${id}"]`), mosquitto.until(id), paho.until(id)])
    await everywhere(await order())

    const second = await renew(root, certificate)
    execFileSync('nginx', ['-c', join(folder, 'nginx.conf'), '-e', 'stderr', '-s', 'reload'])
    await Promise.all([untilSerial(tls, second), untilSerial(mqttTls, second)])
    await everywhere(await order())
    assert.equal([sockets.length, closed], [1, []], 'the page has its first connection')
    assert.is(mosquitto.lines.filter((line) => line.includes('sending CONNECT')).length, 1)
    assert.equal(
      paho.lines.filter((line) => /connected/.test(line)),
      ['connected'],
    )

    await context.close()
    nginx.kill('SIGTERM')
    assert.is(await server.end(), 0)
  })
}

test.run()
