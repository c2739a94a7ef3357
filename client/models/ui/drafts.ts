const prefix = 'callout.draft.'

/** A password is on no disk. */
const secret = 'password'

/**
 * What was typed into one form and not sent, in this tab's sessionStorage: it outlives a reload, Back and the end of a
 * session. `name` null: nothing is stored.
 */
export function createDraft(name: string | null) {
  const read = (): Record<string, unknown> => {
    try {
      return { ...JSON.parse(sessionStorage.getItem(prefix + name) ?? '{}') }
    } catch {
      return {}
    }
  }
  return {
    read,
    write(field: string, value: string): void {
      if (name === null || field === secret) return
      try {
        sessionStorage.setItem(prefix + name, JSON.stringify({ ...read(), [field]: value }))
      } catch {
        // The draft lasts as long as the page.
      }
    },
    clear: () => deleteDrafts(name ?? undefined),
  }
}

/** Deletes one draft, or all of them: after signing out another person may use the browser. */
export function deleteDrafts(name?: string): void {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (name === undefined ? key.startsWith(prefix) : key === prefix + name) sessionStorage.removeItem(key)
    }
  } catch {
    // Nothing could be stored either.
  }
}
