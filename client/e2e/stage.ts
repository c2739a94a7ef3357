import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type Browser, type Page } from 'playwright-core'
import { placeOrder, signIn, type Person } from './api.ts'
import { Network } from './network.ts'

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

interface Started {
  child: ChildProcess
  port: number
  mqttPort: string
  passwords: Map<string, string>
}

/** The product as `npm start` runs it, on free ports. Rejects when it ends before it is ready. */
async function startServer(dataDir: string, env: Record<string, string>): Promise<Started> {
  const child = spawn('npm', ['start'], {
    // oxlint-disable-next-line node/no-process-env -- the child's environment, with ours cleared away
    env: {
      PATH: process.env.PATH,
      HOME: dataDir,
      PORT: '0',
      MQTT_PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const passwords = new Map<string, string>()
  for await (const line of createInterface({ input: child.stdout })) {
    const [, email, password] = /^ {2}(\S+@\S+) +(\S+)$/.exec(line) ?? []
    if (email && password) passwords.set(email, password)
    const [, port, mqttPort] = /^ready http:\/\/\S+:(\d+) mqtt:\/\/\S+:(\d+) ws:\S+$/.exec(line) ?? []
    if (!port || !mqttPort) continue
    child.stdout.resume()
    return { child, port: Number(port), mqttPort, passwords }
  }
  throw new Error('npm start ended before it was ready')
}

/** Everything a browser test needs: the product on an empty database, the network to it, and Chromium. */
export class Stage {
  /** Through the network. */
  readonly url: string
  readonly network: Network
  readonly browser: Browser
  /** Of the server; for who fills its database while it does not run. */
  readonly dataDir: string
  readonly #env: Record<string, string>
  readonly #children: ChildProcess[] = []
  #server: Started

  private constructor(parts: {
    url: string
    network: Network
    browser: Browser
    dataDir: string
    env: Record<string, string>
    server: Started
  }) {
    this.url = parts.url
    this.network = parts.network
    this.browser = parts.browser
    this.dataDir = parts.dataDir
    this.#env = parts.env
    this.#server = parts.server
  }

  /** `env`: what the server is started with, besides. */
  static async open(env: Record<string, string> = {}): Promise<Stage> {
    const executablePath = browsers.find(existsSync)
    if (!executablePath) throw new Error('No Chromium here: apt-get install chromium')
    const dataDir = await mkdtemp(join(tmpdir(), 'callout-e2e-'))
    const server = await startServer(dataDir, env)
    const network = new Network(server.port)
    const args = [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ]
    const browser = await chromium.launch({ executablePath, args, chromiumSandbox: false })
    return new Stage({ url: await network.open(), network, browser, dataDir, env, server })
  }

  /** The server itself, whatever becomes of the network. */
  get server() {
    return `http://127.0.0.1:${this.#server.port}`
  }

  get mqttPort() {
    return this.#server.mqttPort
  }

  async stopServer() {
    this.#server.child.kill('SIGTERM')
    await once(this.#server.child, 'exit')
  }

  /** The server again, on the same data; the network leads to it. */
  async startServer() {
    this.#server = await startServer(this.dataDir, this.#env)
    this.network.port = this.#server.port
  }

  password = (email: string) => this.#server.passwords.get(email) ?? ''

  /** A browser context of its own, signed in through the page. */
  async enter(
    email: string,
    viewport: { width: number; height: number },
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<Page> {
    const page = await this.newPage(viewport, colorScheme)
    await page.goto(this.url)
    await this.signIn(page, email)
    return page
  }

  /** On the sign-in page; until the page is live. */
  async signIn(page: Page, email: string): Promise<void> {
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(this.password(email))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForSelector('html[data-live="live"]')
  }

  async newPage(viewport: { width: number; height: number }, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const context = await this.browser.newContext({ viewport, colorScheme, locale: 'en-US' })
    context.setDefaultTimeout(5_000)
    return context.newPage()
  }

  /** Somebody at the server itself, as a program would be. */
  person = (email: string): Promise<Person> => signIn(this.server, email, this.password(email))

  async token(email: string): Promise<string> {
    return (await this.person(email)).token
  }

  /** An order of the demo customer by REST; resolves to its id. */
  async placeOrder(): Promise<string> {
    const customer = await this.person('customer@example.com')
    return (await placeOrder(customer)).id
  }

  /** mosquitto_sub beside the browsers: what it has printed so far, a parsed payload a line. */
  async mosquittoSub(token: string, ...topics: string[]): Promise<unknown[]> {
    const args = ['-h', '127.0.0.1', '-p', this.mqttPort, '-u', 'e2e', '-P', token, '-q', '1', '-d']
    // Its "-d" lines, of which SUBACK is one, would stay in its buffer.
    const child = spawn('stdbuf', ['-oL', 'mosquitto_sub', ...args, ...topics.flatMap((topic) => ['-t', topic])])
    this.#children.push(child)
    const lines: unknown[] = []
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.stderr.on('data', (chunk) => reject(new Error(String(chunk))))
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line.includes('SUBACK')) resolve()
        if (line.startsWith('{')) lines.push(JSON.parse(line))
      })
    })
    return lines
  }

  async close() {
    for (const child of this.#children) child.kill()
    await this.browser.close()
    await this.network.off()
    await this.stopServer()
    await rm(this.dataDir, { recursive: true, force: true })
  }
}
