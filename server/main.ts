import { basename, dirname, join } from 'node:path'
import { createApp } from './app.ts'
import { ConfigError, readConfig } from './config/config.ts'
import { notifyServiceManager } from './config/service-manager.ts'

// The built file is dist/server/main.js, with the client in dist/client; from source the client is in dist/client too.
const here = import.meta.dirname
const clientDir = join(here, basename(dirname(here)) === 'dist' ? '../client' : '../dist/client')

async function main() {
  const config = readConfig()
  const app = await createApp(config, { clientDir })
  const starting = app.start()

  let stoppingSince = 0
  const stop = () => {
    if (stoppingSince === 0) {
      notifyServiceManager('STOPPING=1')
      app.stop().then(() => process.exit(0), fail)
    }
    // Under npm one Ctrl-C arrives twice: from the terminal and from npm. A later signal ends the process at once.
    else if (Date.now() - stoppingSince > 1000)
      fail(new Error('stopped by a second signal before the shutdown was complete'))
    stoppingSince ||= Date.now()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)

  const running = await starting.catch((error: unknown) => {
    if (stoppingSince === 0) throw error
    return null // a signal arrived before the server was ready
  })
  if (!running) return
  const { http, mqtt, websocket, mqtts, demoAccounts, demoPasswords } = running
  if (demoPasswords && demoPasswords.made.length > 0) console.log('demo accounts:')
  else if (demoPasswords && demoAccounts.length > 0)
    console.log(`demo accounts: their passwords are in ${demoPasswords.file}`)
  for (const { email, password } of demoPasswords?.made ?? []) console.log(`  ${email.padEnd(22)} ${password}`)
  console.log(['ready', http, mqtt, websocket, mqtts].filter(Boolean).join(' '))
  notifyServiceManager('READY=1')
}

/** Exits with 78 (EX_CONFIG in sysexits.h) for a bad configuration, else with 1. */
function fail(error: unknown): never {
  if (error instanceof ConfigError) {
    console.error(error.message)
    process.exit(78)
  }
  console.error(`callout: ${explain(error)}`)
  process.exit(1)
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `port ${String(error.port)} is taken by another program: stop that program, or set another PORT or MQTT_PORT`
  }
  return error.message
}

main().catch(fail)
