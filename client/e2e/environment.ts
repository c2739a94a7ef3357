import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import * as z from 'zod/mini'
import { placeOrder, signIn, type ApiClient } from './api.ts'
import { dictionaries, locales, type Language } from './languages.ts'
import { TcpProxy } from './tcp-proxy.ts'

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A name of this machine under which the page is no secure context, as on plain HTTP in a local network. */
export const plainHost = 'shop.test'

const Passwords = z.record(z.string(), z.string())

interface Viewport {
  width: number
  height: number
}

interface PageOptions {
  colorScheme?: 'light' | 'dark'
  language?: Language
  /** Of an account that is no demo account. */
  password?: string
  /** A touch screen, without a pointer that hovers. */
  touch?: boolean
  /** Whether a press that the page ignores because something moved (press-guard.ts) is repeated, as a person does. */
  pressAgain?: boolean
}

interface RunningServer {
  child: ChildProcess
  port: number
  mqttPort: string
  passwords: Map<string, string>
}

/** Runs `npm start` in `folder` on free ports. Rejects when the process ends before it is ready. */
async function startServer(folder: string, dataDir: string, env: Record<string, string>): Promise<RunningServer> {
  const child = spawn('npm', ['start'], {
    cwd: folder,
    // oxlint-disable-next-line node/no-process-env -- the child's environment, without the settings of this process
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
  for await (const line of createInterface({ input: child.stdout })) {
    const [, port, mqttPort] = /^ready http:\/\/\S+:(\d+)\S* mqtt:\/\/\S+:(\d+) ws:\S+$/.exec(line) ?? []
    if (!port || !mqttPort) continue
    child.stdout.resume()
    // Printed at the first start only.
    const file = await readFile(join(dataDir, 'demo-passwords.json'), 'utf8')
    const passwords = new Map(Object.entries(Passwords.parse(JSON.parse(file))))
    return { child, port: Number(port), mqttPort, passwords }
  }
  throw new Error('npm start ended before it was ready')
}

/**
 * Runs in the page. The guard stops an ignored click at the window; it is repeated once the guard's 600 ms are over. A press
 * that hits another element than the wanted one is stopped by Playwright from its pointerdown on, and is not repeated.
 */
function repeatIgnoredPresses() {
  const taken = new WeakSet<Event>()
  let isStopped = false
  window.addEventListener('pointerdown', () => (isStopped = true), { capture: true })
  document.addEventListener('pointerdown', () => (isStopped = false), { capture: true })
  document.addEventListener('click', (event) => taken.add(event), { capture: true })
  const repeat = (event: Event) => {
    if (event.isTrusted && !taken.has(event) && event.target instanceof HTMLElement) event.target.click()
  }
  window.addEventListener('click', (event) => void (isStopped || setTimeout(repeat, 650, event)), { capture: true })
}

/** Presses a checkbox until it is `checked`: Locator.check() fails when the page ignores the first press. */
export async function setChecked(checkbox: Locator, checked: boolean): Promise<void> {
  if ((await checkbox.isChecked()) === checked) return
  await checkbox.click()
  const element = await checkbox.elementHandle()
  await checkbox
    .page()
    .waitForFunction(([input, wanted]) => input instanceof HTMLInputElement && input.checked === wanted, [
      element,
      checked,
    ] as const)
}

/** The environment of a browser test: the server on an empty database, a TCP proxy in front of it, and Chromium. */
export class TestEnvironment {
  /** Of the server, through the proxy. */
  readonly url: string
  readonly network: TcpProxy
  readonly browser: Browser
  /** Of the server. A benchmark fills the database while the server does not run. */
  readonly dataDir: string
  readonly #env: Record<string, string>
  readonly #folder: string
  readonly #children: ChildProcess[] = []
  #server: RunningServer

  private constructor(parts: {
    url: string
    network: TcpProxy
    browser: Browser
    dataDir: string
    env: Record<string, string>
    folder: string
    server: RunningServer
  }) {
    this.url = parts.url
    this.network = parts.network
    this.browser = parts.browser
    this.dataDir = parts.dataDir
    this.#env = parts.env
    this.#folder = parts.folder
    this.#server = parts.server
  }

  /** `env`: additional environment variables of the server. `folder`: where `npm start` runs. */
  static async open(env: Record<string, string> = {}, folder = '.'): Promise<TestEnvironment> {
    const executablePath = browsers.find(existsSync)
    if (!executablePath) throw new Error('Chromium is not installed: apt-get install chromium')
    const dataDir = await mkdtemp(join(tmpdir(), 'callout-e2e-'))
    const server = await startServer(folder, dataDir, env)
    const network = new TcpProxy(server.port)
    const args = [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--host-resolver-rules=MAP ${plainHost} 127.0.0.1`,
    ]
    const browser = await chromium.launch({ executablePath, args, chromiumSandbox: false })
    return new TestEnvironment({ url: await network.open(), network, browser, dataDir, env, folder, server })
  }

  /** URL of the server without the proxy: it works while the proxy is off. */
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

  /** Starts the server again on the same data, and points the proxy to it. */
  async startServer() {
    this.#server = await startServer(this.#folder, this.dataDir, this.#env)
    this.network.port = this.#server.port
  }

  password = (email: string) => this.#server.passwords.get(email) ?? ''

  /** The passwords of the demo accounts, by role. */
  get credentials() {
    const of = (role: string) => this.password(`${role}@example.com`)
    return { admin: of('admin'), vendor: of('vendor'), customer: of('customer') }
  }

  /** A page in its own browser context, signed in through the sign-in page. */
  async signedInPage(email: string, viewport: Viewport, options: PageOptions = {}): Promise<Page> {
    const page = await this.newPage(viewport, options)
    await page.goto(this.url)
    await this.signIn(page, email, options.language, options.password)
    return page
  }

  /** Fills in the sign-in page and waits until the page is live. `password`: that of the demo account, unless it is given. */
  async signIn(page: Page, email: string, language: Language = 'en', password = this.password(email)): Promise<void> {
    const texts = dictionaries[language].common
    await page.getByLabel(texts.email).fill(email)
    await page.getByLabel(texts.password, { exact: true }).fill(password)
    await page.getByRole('button', { name: texts.signIn }).click()
    await page.waitForSelector('html[data-live="live"]')
  }

  async newPage(
    viewport: Viewport,
    { colorScheme = 'light', language = 'en', touch = false, pressAgain = true }: PageOptions = {},
  ): Promise<Page> {
    const look = { viewport, colorScheme, hasTouch: touch, isMobile: touch }
    const context = await this.browser.newContext({ ...look, locale: locales[language] })
    context.setDefaultTimeout(5_000)
    if (pressAgain) await context.addInitScript(repeatIgnoredPresses)
    return context.newPage()
  }

  /** A client of the REST API without the proxy. */
  apiClient = (email: string): Promise<ApiClient> => signIn(this.server, email, this.password(email))

  async token(email: string): Promise<string> {
    return (await this.apiClient(email)).token
  }

  /** Places an order of the demo customer through the REST API. Resolves to its id. */
  async placeOrder(): Promise<string> {
    const customer = await this.apiClient('customer@example.com')
    return (await placeOrder(customer)).id
  }

  /** Starts mosquitto_sub. Returns an array that grows by one parsed payload for each line it prints. */
  async mosquittoSub(token: string, ...topics: string[]): Promise<unknown[]> {
    const args = ['-h', '127.0.0.1', '-p', this.mqttPort, '-u', 'e2e', '-P', token, '-q', '1', '-d']
    // With line buffering: otherwise the "-d" lines, one of which is SUBACK, stay in the buffer of mosquitto_sub.
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
