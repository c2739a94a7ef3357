let shown = 0

/** Prints a progress line to stderr, at most once a second. */
export function progress(text: () => string) {
  if (performance.now() - shown < 1000) return
  shown = performance.now()
  console.error(`  … ${text()}`)
}

/** Prints measured figures in one line, which the test runner prints for passing tests too. */
export function figures(name: string, measured: Record<string, string | number>) {
  const rounded = (value: string | number) =>
    typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(1) : value
  const parts = Object.entries(measured).map(([what, value]) => `${what} ${rounded(value)}`)
  console.log(`\nfigures ${name}: ${parts.join(' · ')}`)
}
