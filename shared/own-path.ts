/** The path and query of an address of this server; `/` for any other address, so that no link leads elsewhere. */
export function ownPath(address: string | undefined): string {
  const base = 'http://own.invalid'
  if (!address?.startsWith('/') || !URL.canParse(address, base)) return '/'
  const { origin, pathname, search } = new URL(address, base)
  // "//evil.example" as a pathname would be another server again.
  return origin === base && !pathname.startsWith('//') ? pathname + search : '/'
}
