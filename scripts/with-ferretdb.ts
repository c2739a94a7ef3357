import { spawn } from 'node:child_process'
import { findFerretdb, startFerretdb } from './lib/ferretdb.ts'

// tsx scripts/with-ferretdb.ts COMMAND…: runs it with MONGO_URI of a FerretDB that is started for it and ended after it.

const program = findFerretdb()
const [command, ...args] = process.argv.slice(2)
if (!program || !command) {
  console.error(command ? 'there is no ferretdb: run scripts/install-ferretdb.sh' : 'with-ferretdb COMMAND…')
  process.exit(1)
}
const ferretdb = await startFerretdb(program)
const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, MONGO_URI: ferretdb.uri('callout') } })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
const code = await new Promise<number>((resolve) => {
  child.once('error', () => resolve(127))
  child.once('exit', (status) => resolve(status ?? 1))
})
await ferretdb.stop()
process.exit(code)
