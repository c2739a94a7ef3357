import { fork } from 'node:child_process'
import { topics } from '#shared/topics.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import { calls } from '../calls.ts'
import type { BridgeApi } from './bridge.child.ts'
import { builtProgram } from './built-program.ts'
import { startMosquitto } from './mosquitto-broker.ts'
import { eventOf } from './order.ts'

/**
 * Publishes to Mosquitto; a process of its own subscribes there and sends it on over plain WebSockets, on which nobody
 * acknowledges.
 */
export async function startBridged(dir: string, qos: 0 | 1) {
  const broker = await startMosquitto(dir)
  const child = fork(builtProgram('bridge.child'), {
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
  })
  const bridge = await calls<BridgeApi>(child, 'the bridge')
  const port = await bridge.open({ mqttPort: broker.tcp, filter: 'orders/+', qos })
  return {
    door: { protocol: 'plain', port, path: '/', acknowledge: false } as const,
    pids: [broker.pid, child.pid ?? 0],
    publish: (order: OrderRecord) => broker.publish(topics.ordersNew, Buffer.from(JSON.stringify(eventOf(order))), qos),
    stop() {
      child.kill('SIGKILL')
      broker.stop()
    },
  }
}
