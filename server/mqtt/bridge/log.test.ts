import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startOtherBroker } from '../../testing/other-broker.ts'
import { ServerProcess } from '../../testing/process.ts'

test('the log reports a lost and a restored connection once each, and contains no password', async () => {
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
  const logged = async (text: string) => {
    while (!server.output.join('').includes(text)) {
      await new Promise((resolve) => server.child.stderr?.once('data', resolve))
    }
  }
  await server.ready()
  await logged('the bridge is not connected')
  await other.start()
  await logged('the bridge is connected')
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
