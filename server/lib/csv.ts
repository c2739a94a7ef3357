/** A spreadsheet takes a text that begins with one of these for a formula (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r]/

/** One line of CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front. */
export const csvLine = (values: readonly (string | number)[]): string => `${values.map(cell).join(',')}\r\n`

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const safe = formula.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
