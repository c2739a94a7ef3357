const prefix = 'callout.draft.'

/** A password is on no disk. */
const secret = 'password'

/** Whether this tab has a draft of this name. */
export function hasDraft(name: string): boolean {
  try {
    return sessionStorage.getItem(prefix + name) !== null
  } catch {
    return false
  }
}

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
    clear(): void {
      try {
        sessionStorage.removeItem(prefix + name)
      } catch {
        // Nothing could be stored either.
      }
    },
  }
}

/**
 * Deletes what persons but this one have left in this browser, for another person may use it: carts, contacts, drafts. The
 * name of such a key has a second part, the id of the user: `callout.cart.<id>`.
 */
export function deletePersonal(except: string | null): void {
  try {
    for (const storage of [sessionStorage, localStorage])
      for (const key of Object.keys(storage))
        if (/^callout\..+\./.test(key) && !(except && key.includes(except))) storage.removeItem(key)
  } catch {
    // Nothing could be stored either.
  }
}
