const scheme = /^mongodb(\+srv)?:\/\//

/** The host of the URI for logs: without credentials and options. */
export function hostOf(uri: string): string {
  const rest = uri.replace(scheme, '')
  // The last @: a password may contain one that is not encoded.
  const [host = ''] = rest.slice(rest.lastIndexOf('@') + 1).split(/[/?]/)
  return host || 'an unnamed host'
}

/** Whether the URI names a database; the driver's default is "test". */
export const namesDatabase = (uri: string): boolean => /^[^/]*\/[^/?]/.test(uri.replace(scheme, ''))

/** The database of the URI, or this program's default. */
export const databaseOf = (uri: string): string => /^[^/]*\/([^/?]+)/.exec(uri.replace(scheme, ''))?.[1] ?? 'callout'

/** The names of the URI's options, in lower case; they override this program's. */
export function optionsIn(uri: string): Set<string> {
  const query = uri.split('?', 2)[1] ?? ''
  return new Set([...new URLSearchParams(query).keys()].map((key) => key.toLowerCase()))
}
