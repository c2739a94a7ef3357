import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type Browser, type Page } from 'playwright-core'
import { SignedIn } from '#shared/users.ts'

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Everything a browser test needs: the product as `npm start` runs it, on free ports and an empty database, and Chromium. */
export class Stage {
  readonly url: string
  readonly mqttPort: string
  readonly browser: Browser
  readonly #server: ChildProcess
  readonly #dataDir: string
  readonly #passwords: Map<string, string>
  readonly #children: ChildProcess[] = []

  private constructor(parts: {
    url: string
    mqttPort: string
    browser: Browser
    server: ChildProcess
    dataDir: string
    passwords: Map<string, string>
  }) {
    this.url = parts.url
    this.mqttPort = parts.mqttPort
    this.browser = parts.browser
    this.#server = parts.server
    this.#dataDir = parts.dataDir
    this.#passwords = parts.passwords
  }

  /** `env`: what the server is started with, besides. */
  static async open(env: Record<string, string> = {}): Promise<Stage> {
    const executablePath = browsers.find(existsSync)
    if (!executablePath) throw new Error('No Chromium here: apt-get install chromium')
    const dataDir = await mkdtemp(join(tmpdir(), 'callout-e2e-'))
    const server = spawn('npm', ['start'], {
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
    for await (const line of createInterface({ input: server.stdout })) {
      const [, email, password] = /^ {2}(\S+@\S+) +(\S+)$/.exec(line) ?? []
      if (email && password) passwords.set(email, password)
      const [, url, mqttPort] = /^ready (http:\S+) mqtt:\/\/\S+:(\d+) ws:\S+$/.exec(line) ?? []
      if (!url || !mqttPort) continue
      server.stdout.resume()
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
      return new Stage({ url, mqttPort, browser, server, dataDir, passwords })
    }
    throw new Error('npm start ended before it was ready')
  }

  password = (email: string) => this.#passwords.get(email) ?? ''

  /** A browser context of its own, signed in through the page. */
  async enter(
    email: string,
    viewport: { width: number; height: number },
    colorScheme: 'light' | 'dark' = 'light',
  ): Promise<Page> {
    const page = await this.newPage(viewport, colorScheme)
    await page.goto(this.url)
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(this.password(email))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForSelector('html[data-live="live"]')
    return page
  }

  async newPage(viewport: { width: number; height: number }, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const context = await this.browser.newContext({ viewport, colorScheme, locale: 'en-US' })
    context.setDefaultTimeout(5_000)
    return context.newPage()
  }

  async token(email: string): Promise<string> {
    const response = await fetch(`${this.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: this.password(email) }),
    })
    return SignedIn.parse(await response.json()).accessToken
  }

  /** An order of the demo customer by REST; resolves to its id. */
  async placeOrder(): Promise<string> {
    const token = await this.token('customer@example.com')
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const { services } = await (await fetch(`${this.url}/api/services`, { headers })).json()
    const body = {
      items: [{ serviceId: services[0].id, quantity: 1 }],
      contact: { phone: '+49 30 123456', address: 'Lindenstraße 9, Berlin' },
    }
    const response = await fetch(`${this.url}/api/orders`, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await response.json()).id
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
    this.#server.kill('SIGTERM')
    await once(this.#server, 'exit')
    await rm(this.#dataDir, { recursive: true, force: true })
  }
}
