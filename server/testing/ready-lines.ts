import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Running } from '../app.ts'

/**
 * Reads the output of a starting server: its addresses and demo accounts. Resolves to null if it exits before the ready
 * line. `onLine` receives every line up to there; later output is discarded.
 */
export async function readUntilReady(stdout: Readable | null, onLine = (_line: string) => {}): Promise<Running | null> {
  if (!stdout) throw new Error('no output to read')
  const demoAccounts: Running['demoAccounts'] = []
  for await (const line of createInterface({ input: stdout })) {
    onLine(line)
    const [, email, password] = /^ {2}(\S+@\S+) +(\S+)$/.exec(line) ?? []
    if (email && password) demoAccounts.push({ email, password })
    const [, file] = /^demo accounts: their passwords are in (.+)$/.exec(line) ?? []
    if (file) {
      const passwords: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'))
      demoAccounts.push(...Object.entries(passwords).map(([name, text]) => ({ email: name, password: text })))
    }
    const [, http, mqtt, websocket, mqtts] = /^ready (http:\S+) (mqtt:\S+) (ws:\S+)(?: (mqtts:\S+))?$/.exec(line) ?? []
    if (!http || !mqtt || !websocket) continue
    stdout.resume()
    return { http, mqtt, websocket, ...(mqtts && { mqtts }), demoAccounts }
  }
  return null
}
