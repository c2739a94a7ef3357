import type { SendMailOptions, Transporter } from 'nodemailer'
import { UndeliverableError } from './errors.ts'

export type Message = Pick<SendMailOptions, 'to' | 'subject' | 'text' | 'html' | 'headers' | 'messageId'>

export type Mailer = ReturnType<typeof createMailer>

/**
 * An SMTP reply of 5xx to the recipient or to the content: the server will never take this message. Other replies, such as
 * a refused password, are about the configuration, which can be mended.
 */
const isRefusal = (error: unknown): error is Error =>
  error instanceof Error &&
  'responseCode' in error &&
  Number(error.responseCode) >= 500 &&
  'command' in error &&
  (error.command === 'RCPT TO' || error.command === 'DATA')

/** nodemailer's own are minutes: until then the outbox would take the attempt for lost and send the message again. */
const timeouts = { dnsTimeout: 5_000, connectionTimeout: 8_000, greetingTimeout: 8_000, socketTimeout: 12_000 }

/** Sends e-mail by SMTP. nodemailer is loaded for the first message. `smtpUrl`: null without e-mail. */
export function createMailer({ smtpUrl, mailFrom }: { smtpUrl: string | null; mailFrom: string | null }) {
  let opening: Promise<Transporter> | null = null

  async function open(): Promise<Transporter> {
    if (smtpUrl === null) throw new UndeliverableError('SMTP_URL is not set')
    const { createTransport } = await import('nodemailer')
    // Any of these options may be set otherwise in the URL.
    return createTransport({ ...timeouts, url: smtpUrl }, mailFrom === null ? {} : { from: mailFrom })
  }

  return {
    isConfigured: smtpUrl !== null,

    /**
     * Resolves to the SMTP server's answer. Throws UndeliverableError when the server refuses it for good. After `signal`
     * the answer is not waited for; the server may still take the message.
     */
    async send(message: Message, signal?: AbortSignal): Promise<string> {
      opening ??= open()
      const transport = await opening
      try {
        const sent = transport.sendMail(message)
        return (await (signal ? Promise.race([sent, rejectAfter(signal, sent)]) : sent)).response ?? ''
      } catch (error) {
        throw isRefusal(error) ? new UndeliverableError(error.message, { cause: error }) : error
      }
    },

    async stop(): Promise<void> {
      const opened = await opening?.catch(() => null)
      opening = null
      opened?.close()
    },
  }
}

/** Rejects when the signal aborts. `work`: of what the listener is removed with. */
function rejectAfter(signal: AbortSignal, work: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(new Error('the SMTP server did not answer in time'))
    signal.addEventListener('abort', abort)
    const done = () => signal.removeEventListener('abort', abort)
    work.then(done, done)
    if (signal.aborted) abort()
  })
}
