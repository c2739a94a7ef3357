const scheme = /^mongodb(\+srv)?:\/\//

/** Where the database is, as it may be said aloud: without credentials and without options. */
export function hostOf(uri: string): string {
  const rest = uri.replace(scheme, '')
  // The last one: a password in which it is not encoded must not be shown either.
  const [host = ''] = rest.slice(rest.lastIndexOf('@') + 1).split(/[/?]/)
  return host || 'an unnamed host'
}

/** Whether it names a database; without one the driver would take "test". */
export const namesDatabase = (uri: string): boolean => /^[^/]*\/[^/?]/.test(uri.replace(scheme, ''))

/** The one it names, or else ours. */
export const databaseOf = (uri: string): string => /^[^/]*\/([^/?]+)/.exec(uri.replace(scheme, ''))?.[1] ?? 'callout'

/** What the URI asks for itself, in lower case: that goes before what we would have. */
export function optionsIn(uri: string): Set<string> {
  const query = uri.split('?', 2)[1] ?? ''
  return new Set([...new URLSearchParams(query).keys()].map((key) => key.toLowerCase()))
}
