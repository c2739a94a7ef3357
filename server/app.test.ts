import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { createApp } from './app.ts'
import { readConfig } from './config/config.ts'
import { listen } from './net/listen.ts'
import { freePorts } from './system-tests/lib/server.ts'

const test = suite<{ dataDir: string }>('the app')

test.before.each(async (context) => {
  context.dataDir = await mkdtemp(join(tmpdir(), 'callout-app-'))
})
// LevelDB opens when it is constructed, so it may still be creating files after a start that failed.
test.after.each(({ dataDir }) => rm(dataDir, { recursive: true, maxRetries: 5, retryDelay: 100 }))

const close = async (server: Server) => {
  server.close()
  await once(server, 'close')
}

test('a start that fails closes what it has opened: the HTTP port is free again', async ({ dataDir }) => {
  const { PORT, MQTT_PORT } = await freePorts()
  const other = createServer()
  await listen(other, Number(MQTT_PORT), '127.0.0.1')
  const config = readConfig({ PORT, MQTT_PORT, DATA_DIR: dataDir, LOG_LEVEL: 'silent' })
  const app = await createApp(config, { clientDir: dataDir })
  const error = await app.start().then(
    () => assert.unreachable(),
    (reason: unknown) => reason,
  )
  assert.match(String(error), 'EADDRINUSE')
  const http = createServer()
  assert.is(await listen(http, Number(PORT), '127.0.0.1'), Number(PORT))
  await Promise.all([close(http), close(other)])
})

test('stop frees the ports that the start has opened', async ({ dataDir }) => {
  const config = readConfig({ PORT: '0', MQTT_PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent' })
  const app = await createApp(config, { clientDir: dataDir })
  const { http } = await app.start()
  await app.stop()
  const again = createServer()
  await listen(again, Number(new URL(http).port), '127.0.0.1')
  await close(again)
})

test.run()
