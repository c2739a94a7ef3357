import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min'

export type { CountryCode }

export const isCountry = (code: string): code is CountryCode => isSupportedCountry(code)

/**
 * The same text for every notation of a phone number: E.164, or the digits alone where it is no number of any country.
 * `country` (ISO 3166-1 alpha-2): of numbers without a country's code.
 */
export function phoneKeyOf(phone: string, country: CountryCode): string {
  const digits = phone.normalize('NFKC')
  const parsed = parsePhoneNumberFromString(digits, { defaultCountry: country, extract: false })
  return parsed?.number ?? digits.replace(/\D/g, '')
}
