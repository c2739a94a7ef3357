/** `row`: as a spreadsheet counts, from 1. */
export interface CsvRow {
  row: number
  cells: string[]
}

/** A formula that `csvLine` has made harmless (csv.ts). */
const escapedFormula = /^'(?=[=+\-@\t\r])/

/**
 * The rows of a CSV file (RFC 4180), without empty ones. The separator is the one of the first line: a comma, or a semicolon
 * or tab as spreadsheets in many countries write. An unclosed quote ends with the file.
 */
export function parseCsv(text: string): CsvRow[] {
  const separator = separatorOf(text)
  const rows: CsvRow[] = []
  let cells: string[] = []
  let cell = ''
  let quoted = false
  let row = 1

  const endCell = () => {
    cells.push(cell.replace(escapedFormula, ''))
    cell = ''
  }
  const endRow = () => {
    endCell()
    if (cells.some((one) => one.trim() !== '')) rows.push({ row, cells })
    cells = []
    row++
  }

  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    if (quoted) {
      if (character !== '"') cell += character
      else if (text[index + 1] === '"') cell += text[++index]
      else quoted = false
    } else if (character === '"' && cell === '') quoted = true
    else if (character === separator) endCell()
    else if (character === '\n') endRow()
    else if (character === '\r') {
      if (text[index + 1] !== '\n') endRow()
    } else cell += character
  }
  if (cell !== '' || cells.length > 0) endRow()
  return rows
}

function separatorOf(text: string): string {
  const [head = ''] = text.split(/\r?\n|\r/, 1)
  const count = (separator: string) => head.split(separator).length
  return [';', '\t'].find((separator) => count(separator) > count(',')) ?? ','
}
