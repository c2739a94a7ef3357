/** A localStorage or sessionStorage without a browser. Its own keys are what is stored, as in a browser. */
export function fakeStorage(): Record<string, string> {
  const stored: Record<string, string> = {}
  Object.defineProperties(stored, {
    getItem: { value: (key: string) => stored[key] ?? null },
    setItem: { value: (key: string, value: string) => void (stored[key] = value) },
    removeItem: { value: (key: string) => void delete stored[key] },
  })
  return stored
}
