import { parseArgs } from 'node:util'
import { ConfigError, readConfig, type Config } from '../../server/config/config.ts'
import { checkBackups } from './checks/backups.ts'
import { checkDataFolder } from './checks/data-folder.ts'
import { checkDatabase } from './checks/database.ts'
import { checkFiles } from './checks/files.ts'
import { checkMqtt } from './checks/mqtt.ts'
import { checkOutside } from './checks/outside.ts'
import { checkProxy } from './checks/proxy.ts'
import { checkServer } from './checks/server.ts'
import { ok, problem, reasonOf, type Finding } from './finding.ts'

const usage = 'Usage: doctor [--url URL]   URL: where browsers reach the server; without it PUBLIC_URL'

/** Prints a line per finding and resolves to the exit code: 1 if there is a problem. `env`: without it the process's. */
export async function doctor(
  args: string[],
  env?: Readonly<Record<string, string | undefined>>,
  print: (line: string) => void = console.log,
): Promise<number> {
  const url = urlOf(args)
  if (url === undefined) {
    print(usage)
    return 1
  }
  let worst = 0
  for await (const { level, what, advice } of findings(env, url)) {
    if (level === 'problem') worst = 1
    print(`${level.padEnd(8)} ${what}${advice ? `\n         → ${advice}` : ''}`)
  }
  return worst
}

/** null: none is given. undefined: the arguments are wrong. */
function urlOf(args: string[]): string | null | undefined {
  try {
    const { url } = parseArgs({ args, options: { url: { type: 'string' } } }).values
    return url === undefined ? null : new URL(url).href.replace(/\/+$/, '')
  } catch {
    return undefined
  }
}

async function* findings(
  env: Readonly<Record<string, string | undefined>> | undefined,
  url: string | null,
): AsyncGenerator<Finding> {
  let config: Config
  try {
    config = readConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    for (const text of error.problems) yield problem(text, 'change it in the environment or in .env; see .env.example')
    return
  }
  yield ok('the configuration is valid')
  const server = await checkServer(config)
  yield* server.findings
  for (const check of [
    () => checkDataFolder(config),
    () => checkDatabase(config),
    () => checkBackups(config),
    () => checkFiles(config),
    () => (server.isRunning ? checkMqtt(config) : []),
    () => checkOutside(config),
    () => checkProxy(config, url ?? config.publicUrl),
  ]) {
    try {
      yield* await check()
    } catch (error) {
      yield problem(`a check failed: ${reasonOf(error)}`, 'run it as the user of the server')
    }
  }
}
