interface LabelledLink {
  label: string
  url: string
}

/** What an e-mail says, before it is written as text and as HTML. */
export interface MailContent {
  /** Of its texts. */
  language: string
  subject: string
  heading: string
  body: string
  facts?: readonly { label: string; value: string }[]
  items?: readonly { name: string; quantity: number; amount: string }[]
  total?: { label: string; value: string } | null
  /** The button; null without one. */
  link: LabelledLink | null
  /** Below the button, smaller. */
  note?: string
  /** Why the reader gets it; null where it is not sent as an e-mail. */
  why: string | null
  unsubscribe: LabelledLink | null
}
