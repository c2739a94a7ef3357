let shown = 0

/** A line on standard error, once a second at most: a long proof shows that it is alive. */
export function progress(text: () => string) {
  if (performance.now() - shown < 1000) return
  shown = performance.now()
  console.error(`  … ${text()}`)
}

/** What was measured, in one line that can be copied into a note; the runner prints it of a proof that passes as well. */
export function figures(name: string, measured: Record<string, string | number>) {
  const rounded = (value: string | number) =>
    typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(1) : value
  const parts = Object.entries(measured).map(([what, value]) => `${what} ${rounded(value)}`)
  console.log(`\nfigures ${name}: ${parts.join(' · ')}`)
}
