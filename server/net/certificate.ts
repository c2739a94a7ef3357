import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'

/** A certificate and its key, in PEM files. */
export interface CertificateFiles {
  certificate: string
  key: string
}

/** How soon a renewed certificate is used, in ms. certbot renews it days before the old one ends. */
export const readEvery = 10_000

export type Certificate = ReturnType<typeof createCertificate>

/**
 * The certificate in these files, read again while the server runs: new connections get the newest valid one, open ones
 * stay.
 */
export function createCertificate(files: CertificateFiles, { clock, log }: { clock: Clock; log: Log }) {
  let current: SecureContext | null = null
  let seen = ''
  let cancel = () => {}

  async function read() {
    const [cert, key] = await Promise.all([readFile(files.certificate, 'utf8'), readFile(files.key, 'utf8')])
    if (seen === cert + key) return false
    seen = cert + key
    current = createSecureContext({ cert, key, minVersion: 'TLSv1.2' })
    return true
  }

  async function readAgain() {
    try {
      if (await read()) log.info(files, 'the certificate was read again')
    } catch (error) {
      // While certbot writes, one file may be old and the other new.
      log.error({ error, ...files }, 'the new certificate cannot be used; the old one stays')
    }
  }

  function schedule() {
    cancel = clock.after(readEvery, () => void readAgain().finally(schedule))
  }

  return {
    /** Throws before `start`. */
    current(): SecureContext {
      if (!current) throw new Error('the certificate was not read')
      return current
    },

    /** Rejects when the files cannot be used. */
    async start(): Promise<void> {
      await read()
      schedule()
    },

    stop: () => cancel(),
  }
}
