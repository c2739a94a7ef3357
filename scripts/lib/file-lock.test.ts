import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withFileLock } from './file-lock.mjs'

const test = suite<{ file: string }>('file lock')

test.before((context) => {
  context.file = join(mkdtempSync(join(tmpdir(), 'callout-lock-')), 'lock')
})
test.after(({ file }) => rmSync(join(file, '..'), { recursive: true }))

test('one at a time, and the next after a failure', async ({ file }) => {
  const log: string[] = []
  let finish = () => {}
  const first = withFileLock(file, async () => {
    log.push('first begins')
    await new Promise<void>((resolve) => (finish = resolve))
    log.push('first ends')
    throw new Error('the build failed')
  })
  const second = withFileLock(file, async () => void log.push('second'))
  finish()
  await first.then(
    () => assert.unreachable(),
    () => {},
  )
  await second
  assert.equal([log, existsSync(file)], [['first begins', 'first ends', 'second'], false])
})

test('the lock of a process that was killed is taken', async ({ file }) => {
  writeFileSync(file, String(spawnSync(process.execPath, ['--version']).pid))
  assert.is(await withFileLock(file, async () => 'built'), 'built')
})

test.run()
