import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startOtherBroker } from '../../testing/other-broker.ts'
import { ServerProcess } from '../../testing/process.ts'

test('the log says once that the other broker is away, once that it is back, and no password', async () => {
  const other = await startOtherBroker({ password: 'hush-hush' })
  await other.stop()
  const dir = await mkdtemp(join(tmpdir(), 'callout-bridge-'))
  const server = new ServerProcess({
    PORT: '0',
    MQTT_PORT: '0',
    DATA_DIR: dir,
    LOG_LEVEL: 'debug',
    MQTT_BROKER_URL: `mqtt://me:not-this@${other.at}`,
    MQTT_BROKER_USERNAME: 'callout',
    MQTT_BROKER_PASSWORD: 'hush-hush',
  })
  const said = async (words: string) => {
    while (!server.output.join('').includes(words)) {
      await new Promise((resolve) => server.child.stderr?.once('data', resolve))
    }
  }
  await server.ready()
  await said('the bridge is not connected')
  await other.start()
  await said('the bridge is connected')
  await other.stop()
  await server.end()
  await rm(dir, { recursive: true })

  const lines = server.output
    .join('')
    .split('\n')
    .filter((line) => line.includes('the bridge'))
    .map((line): unknown => JSON.parse(line))
    .map((line) => line as { level: number; broker: string; msg: string })
  assert.equal(
    lines.slice(0, 2).map(({ level, broker }) => [level, broker]),
    [
      [40, `mqtt://${other.at}`],
      [30, `mqtt://${other.at}`],
    ],
  )
  assert.not.match(server.output.join(''), /hush|not-this/)
})

test.run()
