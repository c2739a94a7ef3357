import { ConfigError, readConfig } from '../../server/config/config.ts'
import { commandLine } from '../../server/lib/command-line.ts'
import { sqliteFile } from '../../server/storage/create-store.ts'

export { secretFiles } from '../../server/storage/sqlite/secret-files.ts'

/** Runs `work` with the command's one argument, a file, and exits: 0, 78 for a bad configuration, 1 for any other error. */
export async function withEmbedded(
  command: string,
  work: (argument: string, data: { dataDir: string; file: string }) => Promise<void>,
): Promise<never> {
  try {
    const { dataDir, mongoUri } = readConfig()
    const [argument, ...more] = process.argv.slice(2)
    if (!argument || more.length > 0) throw new Error(`Name one file: ${commandLine(command, 'FILE')}`)
    if (mongoUri !== null) throw new Error('MONGO_URI is set: use mongodump and mongorestore for MongoDB')
    await work(argument, { dataDir, file: sqliteFile(dataDir) })
    process.exit(0)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(error instanceof ConfigError ? 78 : 1)
  }
}
