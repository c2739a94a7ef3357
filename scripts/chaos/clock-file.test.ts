import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createClockFile, steppedClock } from './clock-file.ts'

const test = suite('chaos: stepped clock')

test('a process with the preload has the clock of its file in `Date`, and its own monotonic clock', async () => {
  const clock = createClockFile(join(tmpdir(), `callout-clock-test-${process.pid}`))
  clock.step(7_200_000)
  clock.step(-3_600_000)
  const program = `console.log(JSON.stringify(
    [Date.now(), new Date().getTime(), Date.parse(Date()), new Date(5).getTime(), performance.timeOrigin]))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', steppedClock, '--eval', program], {
    env: { CLOCK_FILE: clock.path },
  })
  const times: number[] = JSON.parse(stdout)
  const expected = [3_600_000, 3_600_000, 3_600_000, -Date.now(), 0]
  for (const [n, ahead] of expected.entries())
    assert.ok(Math.abs((times[n] ?? NaN) - Date.now() - ahead) < 30_000, `${n}: ${times[n]}`)
  assert.is(clock.offset(), 3_600_000)
  clock.remove()
})

test.run()
