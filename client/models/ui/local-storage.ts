/**
 * Settings in localStorage: no secrets, and nothing that the app needs, as storage may be full or forbidden.
 */
export function readSetting(key: string): string | null {
  try {
    return localStorage.getItem(`callout.${key}`)
  } catch {
    return null
  }
}

export function writeSetting(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`callout.${key}`)
    else localStorage.setItem(`callout.${key}`, value)
  } catch {
    // The setting lasts as long as the page.
  }
}

/** The parsed JSON under `key`, or undefined. */
export function readJsonSetting(key: string): unknown {
  try {
    return JSON.parse(readSetting(key) ?? '')
  } catch {
    return undefined
  }
}
