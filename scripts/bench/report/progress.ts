const terminal = process.stderr.isTTY

/** Updates one line on a terminal; prints a new line each time elsewhere. */
export function showProgress(text: string) {
  process.stderr.write(terminal ? `\r\x1b[K${text.slice(0, process.stderr.columns - 1)}` : `${text}\n`)
}

export function clearProgress() {
  if (terminal) process.stderr.write('\r\x1b[K')
}
