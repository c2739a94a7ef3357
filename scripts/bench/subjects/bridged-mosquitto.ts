import { fork } from 'node:child_process'
import { topics } from '#shared/topics.ts'
import type { OrderRecord } from '../../../server/storage/store.ts'
import { connectCalls } from '../remote-calls.ts'
import type { BridgeApi } from './bridge.child.ts'
import { builtProgram } from './built-program.ts'
import { startMosquitto } from './mosquitto-broker.ts'
import { eventOf } from './order.ts'

/**
 * Publishes to Mosquitto. A separate bridge process subscribes there and forwards to plain WebSockets, without
 * acknowledgements.
 */
export async function startBridgedMosquitto(dir: string, qos: 0 | 1) {
  const broker = await startMosquitto(dir)
  const child = fork(builtProgram('bridge.child'), {
    execArgv: ['--expose-gc'],
    serialization: 'advanced',
  })
  const bridge = await connectCalls<BridgeApi>(child, 'the bridge')
  const port = await bridge.open({ mqttPort: broker.tcp, filter: 'orders/+', qos })
  return {
    endpoint: { protocol: 'plain', port, path: '/', acknowledge: false } as const,
    pids: [broker.pid, child.pid ?? 0],
    publish: (order: OrderRecord) => broker.publish(topics.ordersNew, Buffer.from(JSON.stringify(eventOf(order))), qos),
    stop() {
      child.kill('SIGKILL')
      broker.stop()
    },
  }
}
