import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../../server/lib/clock.ts'
import { ConfigError, readConfig } from '../../server/config/config.ts'
import { createStore } from '../../server/storage/create-store.ts'
import { databaseOf, hostOf } from '../../server/storage/mongo/connection-uri.ts'
import { createMongoStore } from '../../server/storage/mongo/index.ts'
import { equal, migrate, type Place } from './migrate.ts'
import { createProgress } from './progress.ts'
import { comparisonTable } from './table.ts'

// npm run migrate-data -- --to mongo | --to embedded
// Everything that is kept, from the embedded database in DATA_DIR to the one of MONGO_URI, or back. Interrupted, the
// same command goes on. What is not taken along is when orders were last written: open pages read their lists once more.

const usage = 'npm run migrate-data -- --to mongo | --to embedded  (between DATA_DIR and MONGO_URI, see .env.example)'
const progress = createProgress(process.stderr)
process.once('SIGINT', () => {
  progress.say('Interrupted: the same command goes on from here.')
  process.exit(1)
})

try {
  const to = readTarget()
  const { dataDir, mongoUri } = readConfig()
  if (mongoUri === null) throw new ConfigError(['MONGO_URI: Needed, to know where from or where to'])
  const file = join(dataDir, 'callout.db')
  if (to === 'mongo' && !existsSync(file)) throw new Error(`there is no embedded database in DATA_DIR (${file})`)

  const embedded: Place = {
    name: `the embedded database ${resolve(file)}`,
    // No server may be using it, and none may start.
    store: await createStore({ mongoUri: null, dataDir }, { clock: systemClock, server: true }),
  }
  const mongo: Place = {
    name: `MongoDB at ${hostOf(mongoUri)}/${databaseOf(mongoUri)}`,
    // To read all there is takes a server that passes over its indexes a while: it sorts everything first.
    store: createMongoStore({ uri: mongoUri, answerWithin: 10 * 60_000 }),
  }
  const [source, target] = to === 'mongo' ? [embedded, mongo] : [mongo, embedded]
  process.exitCode = (await run(source, target)) ? 0 : 1
} catch (error) {
  progress.say(error instanceof Error ? error.message : String(error))
  process.exitCode = error instanceof ConfigError ? 78 : 1
}
// A server that does not answer would keep the process.
process.exit()

function readTarget(): 'mongo' | 'embedded' {
  try {
    const { to } = parseArgs({ options: { to: { type: 'string' } } }).values
    if (to === 'mongo' || to === 'embedded') return to
  } catch {
    // The usage says it better.
  }
  throw new Error(usage)
}

async function run(source: Place, target: Place): Promise<boolean> {
  const begun = performance.now()
  await source.store.start()
  await target.store.start()
  try {
    progress.say(`From ${source.name} to ${target.name}.`)
    progress.say('Every node that uses this MongoDB must be stopped; a change made meanwhile would show at the end.')
    const compared = await migrate(source, target, progress)
    console.log(comparisonTable(compared))
    const good = compared.every(equal)
    console.log(
      good
        ? `All equal, after ${Math.round((performance.now() - begun) / 1000)} s.`
        : 'Not equal: one of the two was changed meanwhile. Stop what uses it, empty the target and begin again.',
    )
    return good
  } finally {
    await target.store.stop()
    await source.store.stop()
  }
}
