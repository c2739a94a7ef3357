import { generate, type IConnectPacket } from 'mqtt-packet'

type ConnectOptions = Partial<Pick<IConnectPacket, 'will' | 'keepalive' | 'clean' | 'clientId'>>

let lastClient = 0

/** A CONNECT as bytes, for clients that misbehave. Without a password it has no username either. */
export const connectPacket = ({ password, ...more }: ConnectOptions & { password?: string } = {}): Buffer =>
  generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId: `system-test-${++lastClient}`,
    clean: true,
    keepalive: 600,
    ...(password === undefined ? {} : { username: 'system-test', password: Buffer.from(password) }),
    ...more,
  })

export const subscribePacket = (...topics: string[]): Buffer =>
  generate({ cmd: 'subscribe', messageId: 1, subscriptions: topics.map((topic) => ({ topic, qos: 1 })) })

/** QoS 1 with a message id, else QoS 0. */
export const publishPacket = (topic: string, payload: string, messageId = 0, dup = false): Buffer =>
  generate({ cmd: 'publish', topic, payload, qos: messageId ? 1 : 0, messageId, dup, retain: false })

export const pingPacket = (): Buffer => generate({ cmd: 'pingreq' })

export const disconnectPacket = (): Buffer => generate({ cmd: 'disconnect' })

/** The fixed header of a packet with the maximum length, 268,435,455 bytes [MQTT-2.2.3]. `type`: 1 CONNECT, 3 PUBLISH. */
export const announcement = (type: 1 | 3): Buffer => Buffer.from([type << 4, 0xff, 0xff, 0xff, 0x7f])
