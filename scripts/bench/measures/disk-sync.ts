import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from '../../../server/system-tests/lib/numbers.ts'
import { now } from '../clock.ts'
import type { Figures } from './plan.ts'

/** The size of one SQLite WAL frame: a page and its header. */
const page = Buffer.alloc(4_096 + 24)

/**
 * Latency of a durable write (write and fdatasync of one WAL frame), in ms. `pause`: ms between two writes; without a
 * pause the disk never becomes idle and answers faster.
 */
export async function measureDiskSync(times: number, pause: number): Promise<Figures> {
  const dir = mkdtempSync(join(tmpdir(), 'callout-bench-disk-'))
  const file = openSync(join(dir, 'log'), 'w')
  try {
    const latencies: number[] = []
    while (latencies.length < times) {
      const begun = now()
      writeSync(file, page)
      fdatasyncSync(file)
      latencies.push(now() - begun)
      if (pause > 0) await sleep(pause)
    }
    return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
  } finally {
    closeSync(file)
    rmSync(dir, { recursive: true })
  }
}
