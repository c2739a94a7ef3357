/** What a check found. `advice`: what to do. */
export interface Finding {
  level: 'ok' | 'warning' | 'problem'
  what: string
  advice?: string
}

export const ok = (what: string): Finding => ({ level: 'ok', what })
export const warning = (what: string, advice: string): Finding => ({ level: 'warning', what, advice })
export const problem = (what: string, advice: string): Finding => ({ level: 'problem', what, advice })

/** The message of the innermost cause: fetch hides it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return reasonOf(error.cause)
  return error.message || ('code' in error ? String(error.code) : error.name)
}
