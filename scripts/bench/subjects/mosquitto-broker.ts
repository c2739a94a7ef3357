import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { freePort, takesConnections } from '../../../server/system-tests/lib/ports.ts'
import { eventually } from '../../../server/system-tests/lib/waiting.ts'
import { disableNagle } from './no-delay.ts'

/** Starts Mosquitto on free ports with unlimited queues, and connects a publisher over TCP. */
export async function startMosquitto(dir: string) {
  const [tcp, websocket] = [await freePort(), await freePort()]
  const file = join(dir, 'mosquitto.conf')
  writeFileSync(
    file,
    [
      'allow_anonymous true',
      'persistence false',
      'log_type error',
      'set_tcp_nodelay true',
      // Unlimited, so that a dashboard that lags for a moment loses nothing.
      'max_queued_messages 0',
      'max_inflight_messages 0',
      `listener ${tcp} 127.0.0.1`,
      `listener ${websocket} 127.0.0.1`,
      'protocol websockets',
      '',
    ].join('\n'),
  )
  const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore' })

  process.once('exit', () => child.kill('SIGKILL'))
  const missing = new Promise<never>((_resolve, reject) => child.once('error', reject))
  const open = eventually(async () => (await takesConnections(tcp)) && takesConnections(websocket), 5_000)
  if (!(await Promise.race([open, missing]))) throw new Error('mosquitto did not start listening')
  const publisher = await connectAsync(`mqtt://127.0.0.1:${tcp}`, { reconnectPeriod: 0 })
  disableNagle(publisher)
  return {
    tcp,
    websocket,
    pid: child.pid ?? 0,
    publish: (topic: string, payload: Buffer, qos: 0 | 1) => void publisher.publish(topic, payload, { qos }),
    stop() {
      publisher.end(true)
      child.kill('SIGKILL')
    },
  }
}
