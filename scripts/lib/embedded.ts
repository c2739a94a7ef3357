import { ConfigError, readConfig, type Config } from '../../server/config/config.ts'
import { commandLine } from '../../server/lib/command-line.ts'
import { sqliteFile } from '../../server/storage/create-store.ts'

export { secretFiles } from '../../server/storage/sqlite/secret-files.ts'

/** Runs `work` with the command's one argument, a file, and exits: 0, 78 for a bad configuration, 1 for any other error. */
export async function withEmbedded(
  command: string,
  work: (argument: string, data: { file: string; config: Config }) => Promise<void>,
): Promise<never> {
  try {
    const config = readConfig()
    const [argument, ...more] = process.argv.slice(2)
    if (!argument || more.length > 0) throw new Error(`Name one file: ${commandLine(command, 'FILE')}`)
    if (config.mongoUri !== null) throw new Error('MONGO_URI is set: use mongodump and mongorestore for MongoDB')
    await work(argument, { file: sqliteFile(config.dataDir), config })
    process.exit(0)
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exit(error instanceof ConfigError ? 78 : 1)
  }
}
