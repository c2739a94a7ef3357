import { UndeliverableError } from '../../lib/errors.ts'
import type { FeatureSettings } from '../feature.ts'

type SmsSettings = Omit<NonNullable<FeatureSettings['sms']>, 'perDay'>

/** The longest text: four parts, of 153 characters each in the GSM alphabet. */
const longest = 600
/** The replies of a service that will never take this message. Others may be about the configuration, or pass. */
const refusals = [400, 422]

/** Sends a text message by one request, made from the templates. */
export function createSmsSender({ url, body, authorization }: SmsSettings) {
  const isJson = body?.trimStart().startsWith('{') ?? false
  return async (phone: string, text: string, signal: AbortSignal): Promise<string> => {
    const values = { phone: dialled(phone), text: text.slice(0, longest) }
    const contentType = isJson ? 'application/json' : 'application/x-www-form-urlencoded'
    const response = await fetch(filled(url, values, encodeURIComponent), {
      method: body === null ? 'GET' : 'POST',
      body: body === null ? undefined : filled(body, values, isJson ? insideJson : encodeURIComponent),
      headers: {
        ...(body === null ? {} : { 'content-type': contentType }),
        ...(authorization === null ? {} : { authorization }),
      },
      redirect: 'error',
      signal,
    })
    await response.body?.cancel()
    const answer = `HTTP ${response.status}`
    if (response.ok) return answer
    throw refusals.includes(response.status) ? new UndeliverableError(answer) : new Error(answer)
  }
}

const filled = (template: string, values: { phone: string; text: string }, encode: (value: string) => string): string =>
  template.replaceAll(/%7B(phone|text)%7D|\{(phone|text)\}/gi, (_, inUrl?: string, plain?: string) =>
    encode((inUrl ?? plain) === 'phone' ? values.phone : values.text),
  )

const insideJson = (value: string): string => JSON.stringify(value).slice(1, -1)

/** "+49 (30) 123-456" → "+4930123456": services take digits, with a plus sign before the country. */
const dialled = (phone: string): string =>
  (phone.trim().startsWith('+') ? '+' : '') +
  phone
    .normalize('NFKC')
    .replace(/(ext|x|#).*$/i, '')
    .replace(/[^0-9]/g, '')
