import * as z from 'zod/mini'

/**
 * The one form in which e-mail addresses are stored and compared: lower case, an internationalised domain in ASCII
 * (UTS #46), as <input type=email> sends it. Addresses stored before domains could be internationalised are in this form.
 */
export function normalEmail(address: string): string {
  const trimmed = address.trim()
  const at = trimmed.lastIndexOf('@')
  return lowerCase(trimmed.slice(0, at + 1)) + asciiDomain(trimmed.slice(at + 1))
}

/** Of ASCII letters only: toLowerCase() turns the Kelvin sign into a `k`, which is another address. */
const lowerCase = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

function asciiDomain(domain: string): string {
  // URL reads a port, a path or an escape in other characters, and `1.2` as an IPv4 address.
  if (!/\P{ASCII}/u.test(domain) || !/^[A-Za-z0-9.\-\P{ASCII}]+$/u.test(domain)) return lowerCase(domain)
  try {
    return new URL(`http://${domain}`).hostname
  } catch {
    return domain
  }
}

/** Accepts what <input type=email> accepts (WHATWG HTML, "valid e-mail address"), in the normal form. */
export const email = z
  .string()
  .check(
    z.overwrite(normalEmail),
    z.maxLength(254),
    z.email({ pattern: z.regexes.html5Email, error: 'Write an e-mail address such as ana@example.com' }),
  )
