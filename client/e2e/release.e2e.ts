import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dictionaries } from './languages.ts'
import { plainHost, TestEnvironment } from './environment.ts'

const test = suite<{ environment: TestEnvironment; program: string }>('an open page after a release')

const desktop = { width: 1280, height: 800 }

test.before(async (context) => {
  context.program = copyProgram()
  context.environment = await TestEnvironment.open({}, context.program)
})
test.after(async ({ environment, program }) => {
  await environment.close()
  rmSync(program, { recursive: true })
})

/** The built program in a folder of its own, without sources. */
function copyProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), 'callout-release-'))
  mkdirSync(join(folder, 'scripts', 'lib'), { recursive: true })
  for (const path of [
    'dist',
    'package.json',
    'scripts/start.mjs',
    'scripts/sources.mjs',
    'scripts/lib/file-lock.mjs',
    'scripts/lib/node-version.mjs',
  ])
    cpSync(path, join(folder, path), { recursive: true })
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  return folder
}

/** Makes a release of the program in which every asset has another name. */
function release(program: string, number: number) {
  const client = join(program, 'dist', 'client')
  const names = readdirSync(join(client, 'assets'))
  const renamed = new Map<string, string>()
  for (const name of names) {
    const [, stem = '', hash = '', type = ''] = /^(.+)-(.{8})\.(js|css)$/.exec(name) ?? []
    if (hash) renamed.set(`${stem}-${hash}.${type}`, `${stem}-${hash.slice(0, 6)}R${number}.${type}`)
  }
  for (const folder of [client, join(client, 'assets')])
    for (const name of readdirSync(folder)) {
      const file = join(folder, name)
      if (/\.(br|gz)$/.test(name)) rmSync(file)
      if (!/\.(js|css|html)$/.test(name)) continue
      let text = readFileSync(file, 'utf8')
      for (const [from, to] of renamed) text = text.replaceAll(from, to)
      // The build computes it from the content.
      text = text.replaceAll(/(?<="?revision"?:["'`])[\w-]+/g, `release${number}`)
      writeFileSync(file, text)
    }
  for (const [from, to] of renamed) renameSync(join(client, 'assets', from), join(client, 'assets', to))
}

/**
 * What time does to an open page: the browser finds the new service worker, which drops the files of the old one, and
 * empties its cache.
 */
async function forgetOldFiles(page: Page) {
  await page.evaluate(`(async () => {
    const registration = await navigator.serviceWorker?.getRegistration()
    await registration?.update()
    const worker = registration?.installing ?? registration?.waiting
    if (worker) await new Promise((done) => {
      const check = () => worker.state === 'activated' && done()
      worker.addEventListener('statechange', check)
      check()
    })
  })()`)
  const session = await page.context().newCDPSession(page)
  await session.send('Network.clearBrowserCache')
}

/** A page of the demo account, with its service worker where there is one. */
async function openPage(environment: TestEnvironment, host: string, email: string) {
  const page = await environment.newPage(desktop)
  await page.goto(environment.url.replace('127.0.0.1', host))
  await environment.signIn(page, email)
  const hasWorker = host !== plainHost
  assert.is(await page.evaluate('"serviceWorker" in navigator'), hasWorker)
  if (hasWorker) await page.evaluate('navigator.serviceWorker.ready.then(() => {})')
  return page
}

/** Restarts the server with a release while the page is open. Returns the counter of page loads since. */
async function releaseUnder(page: Page, environment: TestEnvironment, program: string) {
  await environment.stopServer()
  release(program, ++releases)
  await environment.startServer()
  await page.waitForSelector('html[data-live="live"]')
  await forgetOldFiles(page)
  const loads = { count: 0 }
  page.on('domcontentloaded', () => loads.count++)
  return loads
}

const addresses = { 'a loopback address': '127.0.0.1', 'plain HTTP in a local network': plainHost }
let releases = 0

for (const [what, host] of Object.entries(addresses)) {
  test(`on ${what}, a page whose chunk is gone is reloaded once and shown`, async ({ environment, program }) => {
    const page = await openPage(environment, host, 'admin@example.com')
    const loads = await releaseUnder(page, environment, program)
    await page.getByRole('link', { name: dictionaries.en.common.people }).click()
    await page.getByRole('heading', { name: dictionaries.en.common.people }).waitFor()
    await page.waitForSelector('html[data-live="live"]')
    assert.is(loads.count, 1)
    await page.context().close()
  })

  test(`on ${what}, the cart and the form are kept`, async ({ environment, program }) => {
    const page = await openPage(environment, host, 'customer@example.com')
    await page.getByRole('button', { name: /^Add/ }).first().click()
    await page.goto(new URL('/checkout', page.url()).href)
    await page.waitForSelector('html[data-live="live"]')
    await page.getByLabel('Address').fill('Lindenstraße 9, Berlin')
    const loads = await releaseUnder(page, environment, program)
    await page.getByRole('button', { name: /^Account/ }).click()
    // The dictionary is a chunk that is gone.
    await page.getByLabel('Language').selectOption('de')
    await page.waitForSelector('html[lang="de"][data-live="live"]')
    assert.is(loads.count, 1)
    assert.is(new URL(page.url()).pathname, '/checkout')
    assert.is(await page.getByLabel('Adresse').inputValue(), 'Lindenstraße 9, Berlin')
    await page.getByRole('button', { name: /^Bestell/ }).waitFor()
    await page.context().close()
  })
}

test.run()
