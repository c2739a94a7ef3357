import { startSmtpServer, type ReceivedMail } from '../../../testing/smtp.ts'

export type MailServer = Awaited<ReturnType<typeof startMailServer>>

/** The tests sign in without cookies, so most sign-ins are those of a new browser. */
const isSignInNotice = ({ headers }: ReceivedMail) =>
  headers.get('message-id')?.startsWith('<new-browser-mail.') ?? false

/** An SMTP server and the settings that send e-mail to it. `refuse`: the next recipients are refused with this reply. */
export async function startMailServer() {
  const { url, received, refusals, mail, close } = await startSmtpServer()

  /** The first e-mail of a kind to this address, received or still to come, that was not taken before. */
  async function take(to: string, isOfKind: (mail: ReceivedMail) => boolean) {
    const found = await mail(to, isOfKind)
    received.splice(received.indexOf(found), 1)
    const lines = [...found.headers].map(([name, value]) => `${name}: ${value}`)
    return { ...found, headers: lines.join('\n'), subject: found.headers.get('subject') ?? '' }
  }

  return {
    /** Without those about sign-ins. */
    received: () => received.filter((one) => !isSignInNotice(one)),
    env: { SMTP_URL: url, MAIL_FROM: 'Callout <callout@example.com>', PUBLIC_URL: 'https://shop.test' },
    refuse: (code: number, text: string) => void refusals.push({ code, text }),
    next: (to: string) => take(to, (one) => !isSignInNotice(one)),
    nextSignInNotice: (to: string) => take(to, isSignInNotice),
    signInNotices: (to: string) => received.filter((one) => one.to === to && isSignInNotice(one)),
    stop: close,
  }
}
