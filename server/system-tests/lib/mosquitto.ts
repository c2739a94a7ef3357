import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Running } from '../../app.ts'
import type { Bearer } from './clients.ts'

const address = (app: Running, { token }: Bearer) => {
  const { hostname, port } = new URL(app.mqtt)
  return ['-h', hostname, '-p', port, '-u', 'proof', '-P', token]
}

/** The real mosquitto_pub: one message at QoS 1. Rejects when it ends with anything but 0. */
export async function mosquittoPub(app: Running, bearer: Bearer, topic: string, message: string): Promise<void> {
  const child = spawn('mosquitto_pub', [...address(app, bearer), '-q', '1', '-t', topic, '-m', message], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}: ${said}`)
}

export interface MosquittoMessage {
  topic: string
  payload: string
}

/** The real mosquitto_sub, subscribed; it remembers what arrives and can wait for it. */
export async function mosquittoSub(app: Running, bearer: Bearer, ...topics: string[]) {
  const format = ['-d', '-F', 'message %t %p']
  const filters = topics.flatMap((topic) => ['-t', topic])
  // stdbuf: into a pipe it prints line by line only when it is told to.
  const command = ['-oL', 'mosquitto_sub', ...address(app, bearer), '-q', '1', ...format, ...filters]
  const child = spawn('stdbuf', command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const messages: MosquittoMessage[] = []
  const waiting = new Set<() => void>()
  let subscribed = () => {}
  const ready = new Promise<void>((resolve) => (subscribed = resolve))
  createInterface({ input: child.stdout }).on('line', (line) => {
    // The codes it was granted: 128 is a refusal.
    if (/^Subscribed .*: [01](, [01])*$/.test(line)) subscribed()
    const [, topic, payload] = /^message (\S+) (.*)$/.exec(line) ?? []
    if (topic === undefined || payload === undefined) return
    messages.push({ topic, payload })
    for (const look of waiting) look()
  })
  const ended = once(child, 'close').then(() => {
    throw new Error('mosquitto_sub has ended')
  })
  await Promise.race([ready, ended])
  ended.catch(() => {})

  return {
    messages,
    /** The first message, arrived or still to come, that matches. */
    async until(matches: (message: MosquittoMessage) => boolean): Promise<MosquittoMessage> {
      let look = () => {}
      const found = new Promise<MosquittoMessage>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`only ${JSON.stringify(messages)} came`)), 5_000)
        look = () => {
          const message = messages.find(matches)
          if (!message) return
          clearTimeout(late)
          resolve(message)
        }
      })
      waiting.add(look)
      look()
      return found.finally(() => waiting.delete(look))
    },
    /** As Ctrl-C would: it says goodbye to the broker. */
    end: () => void child.kill('SIGINT'),
    /** As a crash would. */
    kill: () => void child.kill('SIGKILL'),
  }
}
