import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../../server/lib/clock.ts'
import { commandLine } from '../../server/lib/command-line.ts'
import { ConfigError, readConfig } from '../../server/config/config.ts'
import { featureRecords } from '../../server/features/compose.ts'
import { createStore } from '../../server/storage/create-store.ts'
import { databaseOf, hostOf } from '../../server/storage/mongo/connection-uri.ts'
import { createMongoStore } from '../../server/storage/mongo/index.ts'
import { equal, migrate, type Place } from './migrate.ts'
import { createProgress } from './progress.ts'
import { describePictures } from '../lib/pictures.ts'
import { comparisonTable } from './table.ts'

// npm run migrate-data -- --to mongo | --to embedded
// Copies every record from the embedded database in DATA_DIR to the one of MONGO_URI, or back. After an interruption the
// same command resumes. Pictures stay where they are: both databases name them the same. The change timestamps of orders are not copied, so open pages read their lists again.

const options = '--to mongo | --to embedded  (between DATA_DIR and MONGO_URI, see .env.example)'
const usage = commandLine('migrate-data', options)
const progress = createProgress(process.stderr)
process.once('SIGINT', () => {
  progress.print('Interrupted: the same command resumes the migration.')
  process.exit(1)
})

try {
  const to = readTarget()
  const { dataDir, mongoUri } = readConfig()
  if (mongoUri === null) throw new ConfigError(['MONGO_URI: Needed as the source or the target'])
  const file = join(dataDir, 'callout.db')
  if (to === 'mongo' && !existsSync(file)) throw new Error(`there is no embedded database in DATA_DIR (${file})`)

  const embedded: Place = {
    name: `the embedded database ${resolve(file)}`,
    // Opened exclusively, so that no server uses it or starts on it meanwhile.
    store: await createStore(
      { mongoUri: null, dataDir },
      { clock: systemClock, server: true, records: featureRecords },
    ),
  }
  const mongo: Place = {
    name: `MongoDB at ${hostOf(mongoUri)}/${databaseOf(mongoUri)}`,
    // FerretDB sorts a whole collection before the first response.
    store: createMongoStore({ uri: mongoUri, socketTimeout: 10 * 60_000, records: featureRecords }),
  }
  const [source, target] = to === 'mongo' ? [embedded, mongo] : [mongo, embedded]
  process.exitCode = (await run(source, target)) ? 0 : 1
} catch (error) {
  progress.print(error instanceof Error ? error.message : String(error))
  process.exitCode = error instanceof ConfigError ? 78 : 1
}
// Open connections to a server that does not respond would keep the process alive.
process.exit()

function readTarget(): 'mongo' | 'embedded' {
  try {
    const { to } = parseArgs({ options: { to: { type: 'string' } } }).values
    if (to === 'mongo' || to === 'embedded') return to
  } catch {
    // The usage is the better message.
  }
  throw new Error(usage)
}

async function run(source: Place, target: Place): Promise<boolean> {
  const startedAt = performance.now()
  await source.store.start()
  await target.store.start()
  try {
    progress.print(`From ${source.name} to ${target.name}.`)
    progress.print(
      'Every node that uses this MongoDB must be stopped: a change made meanwhile makes the comparison fail.',
    )
    const compared = await migrate(source, target, progress)
    console.log(comparisonTable(compared))
    const pictures = await describePictures(target.store, readConfig())
    if (pictures) console.log(pictures)
    const allEqual = compared.every(equal)
    console.log(
      allEqual
        ? `All equal, after ${Math.round((performance.now() - startedAt) / 1000)} s.`
        : 'Not equal: one of the two was changed meanwhile. Stop its users, empty the target and start again.',
    )
    return allEqual
  } finally {
    await target.store.stop()
    await source.store.stop()
  }
}
