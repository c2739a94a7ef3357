import { basename, dirname, join } from 'node:path'
import { createApp } from './app.ts'
import { ConfigError, readConfig } from './config/config.ts'

// Built, this file is dist/server/main.js and the client is beside it; from source it is in the dist folder.
const here = import.meta.dirname
const clientDir = join(here, basename(dirname(here)) === 'dist' ? '../client' : '../dist/client')

async function main() {
  const config = readConfig()
  const app = await createApp(config, { clientDir })
  const starting = app.start()

  let stopping = 0
  const stop = () => {
    if (stopping === 0) app.stop().then(() => process.exit(0), fail)
    // Under npm one Ctrl-C arrives twice: from the terminal and from npm. Later ones are somebody who will not wait.
    else if (Date.now() - stopping > 1000) fail(new Error('stopped without finishing'))
    stopping ||= Date.now()
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)

  const running = await starting.catch((error: unknown) => {
    if (stopping === 0) throw error
    return null // it was told to stop before it was ready
  })
  if (!running) return
  const { http, mqtt, websocket, demoAccounts } = running
  if (demoAccounts.length > 0) console.log('demo accounts:')
  for (const { email, password } of demoAccounts) console.log(`  ${email.padEnd(22)} ${password}`)
  console.log(`ready ${http} ${mqtt} ${websocket}`)
}

/** 78 (EX_CONFIG of sysexits.h) for a bad configuration, 1 for all else; one clear line. */
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
    return `port ${String(error.port)} is taken by another program: free it, or choose another with PORT or MQTT_PORT`
  }
  return error.message
}

main().catch(fail)
