/**
 * Dismisses the row of the pressed button. The focus moves to the row beside it, or to the page's heading: it is not lost with
 * the button.
 */
export function dismissRow(button: HTMLElement, dismiss: () => void): void {
  const row = button.closest('li')
  const beside = row?.nextElementSibling ?? row?.previousElementSibling
  const next = beside ?? document.querySelector('main h1')
  dismiss()
  if (!(next instanceof HTMLElement)) return
  next.tabIndex = -1
  next.focus({ preventScroll: true })
}
