import { startSmtpServer } from '../../../testing/smtp.ts'

export type MailServer = Awaited<ReturnType<typeof startMailServer>>

/** An SMTP server and the settings that send e-mail to it. `refuse`: the next recipients are refused with this reply. */
export async function startMailServer() {
  const { url, received, refusals, mail, close } = await startSmtpServer()
  return {
    received,
    env: { SMTP_URL: url, MAIL_FROM: 'Callout <callout@example.com>', PUBLIC_URL: 'https://shop.test' },
    refuse: (code: number, text: string) => void refusals.push({ code, text }),

    /** The first e-mail to this address, received or still to come, that was not taken before. */
    async next(to: string) {
      const { headers, text, html } = await mail(to)
      received.splice(
        received.findIndex((one) => one.to === to),
        1,
      )
      const lines = [...headers].map(([name, value]) => `${name}: ${value}`)
      return { to, headers: lines.join('\n'), subject: headers.get('subject') ?? '', text, html }
    },

    stop: close,
  }
}
