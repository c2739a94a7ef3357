/** The title of the tab: "(2) Offers · Callout". The count is of what waits for this person, on whatever page they are. */
const parts: { page: string | null; count: number } = { page: null, count: 0 }

function show() {
  const { page, count } = parts
  document.title = `${count > 0 ? `(${count}) ` : ''}${page === null ? '' : `${page} · `}Callout`
}

export function setPageTitle(page: string | null): void {
  parts.page = page
  show()
}

export function setTitleCount(count: number): void {
  parts.count = count
  show()
}
