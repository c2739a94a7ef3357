import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

// The import rules of the linter, tested with one import each: [file, specifier].
const forbidden: [string, string][] = [
  ['shared/x.ts', 'mqtt'],
  ['shared/x.ts', '../server/lib/clock.ts'],
  ['shared/x.ts', 'node:crypto'],
  ['client/x.ts', '../server/lib/clock.ts'],
  ['client/models/x.ts', '../../server/storage/store.ts'],
  ['client/models/x.ts', '../../shared/orders.ts'],
  ['client/x.ts', 'node:fs'],
  ['client/x.ts', 'express'],
  ['client/x.ts', 'aedes'],
  ['client/live/x.ts', 'preact'],
  ['client/live/x.ts', '@preact/signals'],
  ['client/live/x.ts', '../i18n/index.ts'],
  ['client/live/library/x.ts', '../../models/session/http.ts'],
  ['client/live/x.ts', 'node:fs'],
  ['server/services/x.ts', 'express'],
  ['server/services/x.ts', 'aedes'],
  ['server/services/x.ts', 'mongoose'],
  ['server/services/x.ts', 'ws'],
  ['server/services/x.ts', 'mqtt'],
  ['server/services/x.ts', '@photostructure/sqlite'],
  ['server/services/x.ts', '../storage/sqlite/index.ts'],
  ['server/services/deep/x.ts', '../../http/server.ts'],
  ['server/services/x.ts', '../mqtt/publisher.ts'],
  ['server/services/x.ts', '../auth/tokens.ts'],
  ['server/services/x.ts', '../testing/app.ts'],
  ['server/services/x.ts', '../config/config.ts'],
  ['server/services/x.ts', '../net/rate-limiters.ts'],
  ['server/services/x.ts', '../net/admission-scheduler.ts'],
  ['server/services/x.ts', '../cluster/membership.ts'],
  ['server/services/x.ts', '../storage/mongo/index.ts'],
  ['server/services/x.ts', '../features/devices/index.ts'],
  ['server/services/x.ts', '../app.ts'],
  ['server/auth/x.ts', 'express'],
  ['server/auth/x.ts', '../http/server.ts'],
  ['server/auth/x.ts', '../services/orders.service.ts'],
  ['server/storage/x.ts', '@photostructure/sqlite'],
  ['server/storage/x.ts', '../services/presenters.ts'],
  ['server/storage/sqlite/x.ts', 'mongoose'],
  ['server/storage/sqlite/x.ts', '../mongo/index.ts'],
  ['server/storage/sqlite/x.ts', '../../services/presenters.ts'],
  ['server/storage/mongo/x.ts', '@photostructure/sqlite'],
  ['server/storage/mongo/x.ts', '../sqlite/index.ts'],
  ['server/storage/sqlite/x.ts', '../../net/listen.ts'],
  ['server/storage/x.ts', '../app.ts'],
  ['server/cluster/x.ts', 'mongoose'],
  ['server/cluster/x.ts', '../mqtt/broker.ts'],
  ['server/cluster/x.ts', '../http/server.ts'],
  ['server/cluster/x.ts', '../features/devices/index.ts'],
  ['server/lib/x.ts', '../net/listen.ts'],
  ['server/lib/x.ts', '../services/orders.service.ts'],
  ['server/net/x.ts', '../http/server.ts'],
  ['server/net/x.ts', '../services/orders.service.ts'],
  ['server/config/x.ts', '../storage/store.ts'],
  ['server/features/one/x.ts', '../two/index.ts'],
  ['server/features/one/x.ts', 'express'],
  ['server/features/one/x.ts', 'aedes'],
  ['server/features/one/x.ts', '../../http/server.ts'],
  ['server/features/one/x.ts', '../../mqtt/broker.ts'],
  ['server/features/one/x.ts', '../../storage/sqlite/index.ts'],
  ['server/features/one/x.ts', '../../net/rate-limiters.ts'],
  ['server/features/one/x.ts', '../../cluster/membership.ts'],
  ['server/features/one/x.ts', '../../auth/tokens.ts'],
  ['server/features/one/x.ts', '../../app.ts'],
  ['server/features/one/part/x.ts', '../../two/index.ts'],
  ['server/features/one/part/x.ts', '../other/x.ts'],
  ['server/features/one/part/x.ts', '../../../http/server.ts'],
  ['server/features/one/part/x.ts', '../../../storage/sqlite/index.ts'],
  ['server/features/one/part/x.ts', '../../../auth/tokens.ts'],
  ['server/features/one/part/x.ts', 'express'],
  ['server/http/x.ts', '../mqtt/broker.ts'],
  ['server/http/routes/x.ts', '../../mqtt/broker.ts'],
  ['server/http/x.ts', '../storage/store.ts'],
  ['server/http/x.ts', 'aedes'],
  ['server/http/x.ts', '../cluster/membership.ts'],
  ['server/http/controllers/x.ts', '../../features/devices/index.ts'],
  ['server/http/x.ts', '../config/config.ts'],
  ['server/mqtt/x.ts', '../http/server.ts'],
  ['server/mqtt/hooks/x.ts', '../../http/server.ts'],
  ['server/mqtt/x.ts', '../storage/sqlite/index.ts'],
  ['server/mqtt/x.ts', '../storage/store.ts'],
  ['server/mqtt/x.ts', 'express'],
  ['server/mqtt/inbound/x.ts', '../../http/route.ts'],
  ['server/mqtt/inbound/x.ts', '../../features/devices/index.ts'],
  ['server/mqtt/outbound/x.ts', '../../cluster/membership.ts'],
  ['server/x.ts', './http/server.ts'],
  ['server/x.ts', './mqtt/broker.ts'],
  ['server/x.ts', './storage/sqlite/index.ts'],
  ['server/x.ts', './features/index.ts'],
  ['server/app.ts', './testing/app.ts'],
]

const allowed: [string, string][] = [
  ['shared/x.ts', 'zod/mini'],
  ['shared/x.ts', './orders.ts'],
  ['client/x.ts', '#shared/orders.ts'],
  ['client/x.ts', 'preact'],
  ['client/live/x.ts', '@preact/signals-core'],
  ['client/live/library/x.ts', '../live-model.ts'],
  ['client/vite.config.ts', 'node:url'],
  ['server/services/x.ts', '#shared/orders.ts'],
  ['server/services/x.ts', '../auth/permissions.ts'],
  ['server/services/x.ts', '../storage/store.ts'],
  ['server/storage/sqlite/x.ts', '@photostructure/sqlite'],
  ['server/storage/mongo/x.ts', 'mongoose'],
  ['server/http/controllers/x.ts', '../../services/orders.service.ts'],
  ['server/http/x.ts', 'express'],
  ['server/http/x.ts', '../net/listen.ts'],
  ['server/services/x.ts', '../lib/errors.ts'],
  ['server/storage/mongo/x.ts', '../../lib/retry.ts'],
  ['server/lib/x.ts', 'pino'],
  ['server/lib/x.ts', '#shared/errors.ts'],
  ['server/net/x.ts', '../lib/clock.ts'],
  ['server/features/index.ts', './one/index.ts'],
  ['server/features/one/x.ts', './records.ts'],
  ['server/features/one/part/x.ts', '../records.ts'],
  ['server/features/one/part/x.ts', '../../../lib/errors.ts'],
  ['server/features/one/x.ts', '../../lib/errors.ts'],
  ['server/features/one/part/x.ts', '../records.ts'],
  ['server/features/one/part/x.ts', '../../../services/outbox.ts'],
  ['server/features/one/x.ts', '../../http/route.ts'],
  ['server/features/one/x.ts', '../../storage/store.ts'],
  ['server/mqtt/x.ts', '../services/presence.service.ts'],
  ['server/mqtt/x.ts', 'aedes'],
  ['server/app.ts', './http/server.ts'],
  ['server/app.ts', './storage/sqlite/index.ts'],
  ['server/services/x.test.ts', '../http/server.ts'],
  ['server/testing/x.ts', '../app.ts'],
]

/** Runs oxlint with the repository's rules on these files (path → source). Returns `file:rule` for each diagnostic. */
function lint(files: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'callout-lint-'))
  try {
    cpSync('.oxlintrc.json', join(folder, '.oxlintrc.json'))
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), source)
    }
    const oxlint = join(process.cwd(), 'node_modules/oxlint/bin/oxlint')
    const { stdout, stderr } = spawnSync(process.execPath, [oxlint, '-f', 'json'], { cwd: folder, encoding: 'utf8' })
    assert.match(stdout, '"diagnostics"', stderr)
    const { diagnostics }: { diagnostics: { filename: string; code: string }[] } = JSON.parse(stdout)
    return diagnostics.map(({ filename, code }) => `${filename}:${code}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Puts each import into a separate file of its folder. */
const numbered = (path: string, n: number) =>
  /\/(app|vite\.config)\.ts$/.test(path) ? path : path.replace(/x(?=\.(test\.)?ts$)/, `x${n}`)
const sources = (imports: [string, string][]) =>
  Object.fromEntries(imports.map(([path, from], n) => [numbered(path, n), `export { thing } from '${from}'\n`]))

const test = suite('lint rules')

test('refuse every forbidden import', () => {
  const diagnostics = lint(sources(forbidden))
  const missed = forbidden.filter(
    ([path], n) => !diagnostics.includes(`${numbered(path, n)}:eslint(no-restricted-imports)`),
  )
  assert.equal(missed, [])
})

test('allow the permitted imports', () => {
  // Of several imports of app.ts, each is linted with another round: in one they would be one file.
  const rounds: [string, string][][] = []
  for (const one of allowed) {
    const free = rounds.find((round) => !round.some(([path]) => path === one[0] && numbered(path, 0) === path))
    if (free) free.push(one)
    else rounds.push([one])
  }
  const restricted = rounds.flatMap((round) => lint(sources(round))).filter((line) => line.includes('restricted'))
  assert.equal(restricted, [])
})

test('let services import types, but no code, of auth/sessions', () => {
  const type = lint({
    'server/services/x.ts': `import type { Sessions } from '../auth/sessions.ts'\nexport type S = Sessions\n`,
  })
  const value = lint({ 'server/services/x.ts': `import { open } from '../auth/sessions.ts'\nopen()\n` })
  assert.equal(type, [])
  assert.equal(value, ['server/services/x.ts:eslint(no-restricted-imports)'])
})

test('refuse cycles', () => {
  const a = `import { b } from './b.ts'\nexport const a = () => b()\n`
  const b = `import { a } from './a.ts'\nexport const b = () => a()\n`
  const diagnostics = lint({ 'server/a.ts': a, 'server/b.ts': b })
  assert.equal(diagnostics.sort(), ['server/a.ts:import(no-cycle)', 'server/b.ts:import(no-cycle)'])
})

test('keep process.env in config/ and process.exit in main.ts', () => {
  const env = `export const port = process.env.PORT\n`
  const exit = `process.exit(1)\n`
  const diagnostics = lint({
    'server/lib/clock.ts': env,
    'server/config/config.ts': env,
    'scripts/a.ts': env + exit,
    'server/main.ts': exit,
    'server/lib/ids.ts': exit,
  })
  assert.equal(diagnostics.sort(), [
    'server/lib/clock.ts:node(no-process-env)',
    'server/lib/ids.ts:unicorn(no-process-exit)',
  ])
})

test('refuse any, and a type imported as a value', () => {
  const diagnostics = lint({
    'server/a.ts': `import { B } from './b.ts'\nexport const a = (b: B): any => b\n`,
    'server/b.ts': 'export interface B {}\n',
  })
  assert.ok(diagnostics.includes('server/a.ts:typescript(no-explicit-any)'))
  assert.ok(diagnostics.includes('server/a.ts:typescript(consistent-type-imports)'))
})

test.run()
