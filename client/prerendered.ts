import { hydrate, render, type ComponentChild } from 'preact'
import { basePath } from './models/session/base-path.ts'

const { dataset, lang } = document.documentElement

/**
 * Shows the app. Where the sign-in page is shown already, from the HTML (build/sign-in-page.ts), its elements stay, with all
 * that was typed, chosen or pressed before the scripts were there. `language`: of the app's texts.
 */
export function show(app: ComponentChild, root: HTMLElement, language: string): void {
  const pressed = 'pressed' in dataset
  delete dataset.pressed
  if (!root.firstChild || 'blank' in dataset || language !== lang) {
    delete dataset.blank
    root.replaceChildren()
    return render(app, root)
  }
  history.replaceState(history.state, '', `${basePath}/sign-in`)
  hydrate(app, root)
  for (const input of root.querySelectorAll('input'))
    if (input.value) input.dispatchEvent(new Event('input', { bubbles: true }))
  const select = root.querySelector('select')
  if (select && !select.selectedOptions[0]?.defaultSelected)
    select.dispatchEvent(new Event('change', { bubbles: true }))
  if (pressed) root.querySelector('form')?.requestSubmit()
}
