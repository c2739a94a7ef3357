import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Running } from '../../app.ts'
import type { Bearer } from './clients.ts'

const address = (app: Running, { token }: Bearer) => {
  const { hostname, port } = new URL(app.mqtt)
  return ['-h', hostname, '-p', port, '-u', 'system-test', '-P', token]
}

/** Runs mosquitto_pub: one message at QoS 1. Rejects if its exit code is not 0. */
export async function mosquittoPub(app: Running, bearer: Bearer, topic: string, message: string): Promise<void> {
  const child = spawn('mosquitto_pub', [...address(app, bearer), '-q', '1', '-t', topic, '-m', message], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let output = ''
  child.stderr.on('data', (chunk) => (output += String(chunk)))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}: ${output}`)
}

export interface MosquittoMessage {
  topic: string
  payload: string
}

/** Runs mosquitto_sub; it records messages and can wait for one. */
export async function mosquittoSub(app: Running, bearer: Bearer, ...topics: string[]) {
  const format = ['-d', '-F', 'message %t %p']
  const filters = topics.flatMap((topic) => ['-t', topic])
  // stdbuf: without it mosquitto_sub buffers output to a pipe.
  const command = ['-oL', 'mosquitto_sub', ...address(app, bearer), '-q', '1', ...format, ...filters]
  const child = spawn('stdbuf', command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const messages: MosquittoMessage[] = []
  const checks = new Set<() => void>()
  let subscribed = () => {}
  const ready = new Promise<void>((resolve) => (subscribed = resolve))
  createInterface({ input: child.stdout }).on('line', (line) => {
    // The granted codes; 128 is a refusal.
    if (/^Subscribed .*: [01](, [01])*$/.test(line)) subscribed()
    const [, topic, payload] = /^message (\S+) (.*)$/.exec(line) ?? []
    if (topic === undefined || payload === undefined) return
    messages.push({ topic, payload })
    for (const check of checks) check()
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
      let check = () => {}
      const found = new Promise<MosquittoMessage>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`only ${JSON.stringify(messages)} came`)), 5_000)
        check = () => {
          const message = messages.find(matches)
          if (!message) return
          clearTimeout(late)
          resolve(message)
        }
      })
      checks.add(check)
      check()
      return found.finally(() => checks.delete(check))
    },
    /** SIGINT: it sends DISCONNECT. */
    end: () => void child.kill('SIGINT'),
    /** SIGKILL: no DISCONNECT. */
    kill: () => void child.kill('SIGKILL'),
  }
}
