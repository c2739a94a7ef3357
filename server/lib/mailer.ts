import type { SendMailOptions, Transporter } from 'nodemailer'
import { UndeliverableError } from './errors.ts'

export type Message = Pick<SendMailOptions, 'to' | 'subject' | 'text' | 'html' | 'headers' | 'messageId'>

export type Mailer = ReturnType<typeof createMailer>

/** An SMTP reply of 5xx: the server will never take this message. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && 'responseCode' in error && Number(error.responseCode) >= 500

/** Sends e-mail by SMTP. nodemailer is loaded for the first message. `smtpUrl`: null without e-mail. */
export function createMailer({ smtpUrl, mailFrom }: { smtpUrl: string | null; mailFrom: string | null }) {
  let opening: Promise<Transporter> | null = null

  async function open(): Promise<Transporter> {
    if (smtpUrl === null) throw new UndeliverableError('SMTP_URL is not set')
    const { createTransport } = await import('nodemailer')
    return createTransport(smtpUrl, mailFrom === null ? {} : { from: mailFrom })
  }

  return {
    isConfigured: smtpUrl !== null,

    /** Resolves to the SMTP server's answer. Throws UndeliverableError when the server refuses it for good. */
    async send(message: Message): Promise<string> {
      opening ??= open()
      const transport = await opening
      try {
        return (await transport.sendMail(message)).response ?? ''
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
