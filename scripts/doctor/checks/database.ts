import { existsSync, statSync } from 'node:fs'
import type { Config } from '../../../server/config/config.ts'
import { databaseName, sqliteFile } from '../../../server/storage/create-store.ts'
import { inspectFile } from '../../../server/storage/sqlite/inspect.ts'
import { missingData } from '../../../server/storage/sqlite/missing-data.ts'
import { ok, problem, reasonOf, warning, type Finding } from '../finding.ts'

const newer = 'start the newer version of the program, or restore a backup from before the upgrade'

/** The database's version and integrity, and the clock. Changes nothing. */
export function checkDatabase(config: Config): Finding[] | Promise<Finding[]> {
  return config.mongoUri === null ? checkFile(sqliteFile(config.dataDir)) : checkMongo(config, config.mongoUri)
}

function checkFile(file: string): Finding[] {
  try {
    const missing = missingData(file)
    if (missing) return [problem(missing, 'restore a backup into an empty DATA_DIR')]
    if (!existsSync(file)) return [ok(`${file} does not exist yet: the first start creates it`)]
    const { version, known, damage, newest } = inspectFile(file)
    if (version > known)
      return [problem(`${file} was written by a newer version (schema ${version} of ${known})`, newer)]
    if (damage) return [problem(`${file} is damaged: ${damage}`, 'stop the server and restore a backup')]
    return [
      version < known
        ? warning(`${file} has schema ${version} of ${known}`, 'the next start migrates it, after a backup')
        : ok(`${file} is whole: ${Math.ceil(statSync(file).size / 1e6)} MB, schema ${version}`),
      clockAgainst(newest),
    ]
  } catch (error) {
    return [problem(`${file} cannot be read: ${reasonOf(error)}`, 'restore a backup, or run as the user of the server')]
  }
}

/** Clocks of several machines may differ this much, in ms. */
const allowedSkew = 120_000

/** An order from the future: the clock was set back, or was wrong before. */
function clockAgainst(newest: string | null): Finding {
  const ahead = newest === null ? 0 : Date.parse(newest) - Date.now()
  return ahead > allowedSkew
    ? problem(`the clock is ${Math.round(ahead / 60_000)} minutes behind the newest order`, 'set the clock: use NTP')
    : ok(`the clock (${new Date().toISOString()}) is not behind the newest order`)
}

async function checkMongo(config: Config, uri: string): Promise<Finding[]> {
  const name = databaseName(config)
  const { inspectDatabase } = await import('../../../server/storage/mongo/inspect.ts')
  try {
    const { version, known, clock } = await inspectDatabase(uri)
    if (version !== null && version > known)
      return [problem(`${name} was written by a newer version (schema ${version} of ${known})`, newer)]
    const skew = Math.abs(Date.now() - clock)
    return [
      ok(`${name} answers, schema ${version ?? 'not noted yet'}`),
      skew > allowedSkew
        ? problem(`the clock differs from the database's by ${Math.round(skew / 1000)} s`, 'set both clocks: use NTP')
        : ok("the clock agrees with the database's"),
    ]
  } catch (error) {
    return [problem(`${name} cannot be used: ${reasonOf(error)}`, 'check MONGO_URI and that the database runs')]
  }
}
