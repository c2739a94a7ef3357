/**
 * The title of the tab: "(2) Offers · Callout". The count is of what waits for this person, on whatever page they are: the
 * offers, the unread notifications and the late orders.
 */
const parts: { page: string | null; counts: Map<string, number> } = { page: null, counts: new Map() }

function show() {
  const { page, counts } = parts
  const count = [...counts.values()].reduce((sum, one) => sum + one, 0)
  document.title = `${count > 0 ? `(${count}) ` : ''}${page === null ? '' : `${page} · `}Callout`
}

export function setPageTitle(page: string | null): void {
  parts.page = page
  show()
}

export function setTitleCount(what: 'offers' | 'notifications' | 'alerts', count: number): void {
  parts.counts.set(what, count)
  show()
}
