import { fold } from './search-words.ts'

// Search by phone number. People group its digits at will, and write or leave out the codes of country and area.

/** The shortest part of a phone number that is found. */
const shortestPart = 4

/** The digits of a phone number from each of its digits on: a search is the beginning of one of them. */
export function phoneParts(phone: string): string[] {
  const digits = fold(phone).replace(/\D/g, '').slice(-15)
  return Array.from({ length: Math.max(0, digits.length - shortestPart + 1) }, (_, n) => digits.slice(n))
}

/** The digits that are compared of a whole number: its end is the same with and without the country's code. */
const comparedDigits = 8

/** The digits to search for, if the text is a whole phone number; else null, and each of its words is searched for. */
export function wholePhoneNumber(text: string): string | null {
  const folded = fold(text)
  const digits = folded.replace(/\D/g, '')
  const isNumber = /^[\s\d+()./\p{Pd}]+$/u.test(folded) && /^[\s(]*[+0]/.test(folded) && digits.length > comparedDigits
  return isNumber ? digits.slice(-comparedDigits) : null
}
