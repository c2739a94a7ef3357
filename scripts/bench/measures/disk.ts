import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { now } from '../clock.ts'
import type { Figures } from './plan.ts'

/** A page and its frame's header, as SQLite appends them to its log. */
const page = Buffer.alloc(4_096 + 24)

/**
 * How long the disk under the contestants' folders takes to keep a page for good, in ms. `pause` ms lie between one and the
 * next: who asks again at once finds everything awake, the disk's own processor as well.
 */
export async function syncTimes(times: number, pause: number): Promise<Figures> {
  const dir = mkdtempSync(join(tmpdir(), 'callout-bench-disk-'))
  const file = openSync(join(dir, 'log'), 'w')
  try {
    const waits: number[] = []
    while (waits.length < times) {
      const begun = now()
      writeSync(file, page)
      fdatasyncSync(file)
      waits.push(now() - begun)
      if (pause > 0) await sleep(pause)
    }
    return { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) }
  } finally {
    closeSync(file)
    rmSync(dir, { recursive: true })
  }
}
