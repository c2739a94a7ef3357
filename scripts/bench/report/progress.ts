const terminal = process.stderr.isTTY

/** A line that lives on a terminal, and one after the other elsewhere. */
export function showProgress(text: string) {
  process.stderr.write(terminal ? `\r\x1b[K${text.slice(0, process.stderr.columns - 1)}` : `${text}\n`)
}

export function clearProgress() {
  if (terminal) process.stderr.write('\r\x1b[K')
}
