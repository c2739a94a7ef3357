import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const none = async () => {}

export interface Paho {
  env: Record<string, string>
  remove(): Promise<void>
}

/** Where Python finds paho-mqtt: it is installed into a temporary folder if necessary. null without Python or pip. */
export async function findPaho(): Promise<Paho | null> {
  if (await succeeds(['-c', 'import paho.mqtt.enums'])) return { env: {}, remove: none }
  if (!(await succeeds(['-m', 'pip', '--version']))) return null
  const folder = await mkdtemp(join(tmpdir(), 'callout-paho-'))
  await run('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, 'paho-mqtt==2.1.0'])
  return { env: { PYTHONPATH: folder }, remove: () => rm(folder, { recursive: true, force: true }) }
}

const succeeds = (args: string[]) =>
  run('python3', args).then(
    () => true,
    () => false,
  )
