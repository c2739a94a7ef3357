import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { takesConnections } from './ports.ts'

export type ExternalMosquitto = Awaited<ReturnType<typeof prepareMosquitto>>

export const passwordOf = (user: string) => `${user}s password`

/**
 * A typical Mosquitto: TLS with a private CA, a password for each user, and an ACL that lets each device publish only below
 * its own name. It saves to disk after each change, so that it may be killed; the default is every half hour.
 */
export async function prepareMosquitto(dir: string, port: string, users: string[], acl: string) {
  const file = (name: string) => join(dir, name)
  const ca = file('ca.crt')
  const days = ['-days', '2']
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' })
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    ca,
    '-subj',
    '/CN=System test CA',
    ...days,
  )
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=localhost',
  )
  writeFileSync(file('san'), 'subjectAltName=DNS:localhost,IP:127.0.0.1')
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    ca,
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'server.crt',
    '-extfile',
    'san',
    ...days,
  )
  for (const [n, user] of users.entries()) {
    execFileSync('mosquitto_passwd', ['-b', ...(n === 0 ? ['-c'] : []), file('passwords'), user, passwordOf(user)])
  }
  writeFileSync(file('acl'), acl)
  const settings = {
    listener: `${port} 127.0.0.1`,
    certfile: file('server.crt'),
    keyfile: file('server.key'),
    allow_anonymous: 'false',
    password_file: file('passwords'),
    acl_file: file('acl'),
    persistence: 'true',
    persistence_location: `${dir}/`,
    autosave_interval: '1',
    autosave_on_changes: 'true',
    max_queued_messages: '0',
    user: 'root',
    log_type: 'error',
  }
  writeFileSync(
    file('mosquitto.conf'),
    Object.entries(settings)
      .map((pair) => pair.join(' '))
      .join('\n'),
  )
  const tools = (user: string) => [
    '-h',
    'localhost',
    '-p',
    port,
    '--cafile',
    ca,
    '-u',
    user,
    '-P',
    passwordOf(user),
    '-q',
    '1',
  ]
  let child: ChildProcess | null = null

  return {
    url: `mqtts://localhost:${port}`,
    ca,

    /** Resolves when it accepts connections. */
    async start(): Promise<void> {
      child = spawn('mosquitto', ['-c', file('mosquitto.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
      let output = ''
      child.stderr?.on('data', (chunk) => (output += String(chunk)))
      while (!(await takesConnections(Number(port)))) {
        if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}: ${output}`)
        await sleep(20)
      }
    },

    async end(signal: NodeJS.Signals): Promise<void> {
      const ending = child
      child = null
      if (!ending || ending.exitCode !== null) return
      ending.kill(signal)
      await once(ending, 'exit')
    },

    /** Runs mosquitto_pub as this user. Rejects if its exit code is not 0. */
    async publish(user: string, topic: string, message: string, ...more: string[]): Promise<void> {
      const pub = spawn('mosquitto_pub', [...tools(user), '-t', topic, '-m', message, ...more], { stdio: 'ignore' })
      const [code] = (await once(pub, 'exit')) as [number | null]
      if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}`)
    },

    /**
     * Runs mosquitto_sub with a persistent session as this user. Over TLS it exits when its broker is killed, and is restarted
     * as a supervisor would. Resolves when it is subscribed.
     */
    async subscribe(user: string, topics: string[], onMessage: (topic: string, payload: string) => void) {
      const format = ['-c', '-i', `${user}-sub`, '-d', '-F', 'message %t %p']
      const command = ['-oL', 'mosquitto_sub', ...tools(user), ...format, ...topics.flatMap((topic) => ['-t', topic])]
      let ended = false
      let sub: ChildProcess | null = null
      await new Promise<void>((resolve) => {
        function run() {
          const running = spawn('stdbuf', command, { stdio: ['ignore', 'pipe', 'ignore'] })
          sub = running
          running.once('exit', () => void (ended || setTimeout(run, 100)))
          createInterface({ input: running.stdout }).on('line', (line) => {
            if (line.startsWith('Subscribed')) resolve()
            const [, topic, payload] = /^message (\S+) (.*)$/.exec(line) ?? []
            if (topic !== undefined && payload !== undefined) onMessage(topic, payload)
          })
        }
        run()
      })
      return {
        end() {
          ended = true
          sub?.kill('SIGTERM')
        },
      }
    },
  }
}
