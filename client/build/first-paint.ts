import { basePath } from '../models/session/base-path.ts'
import { hasDraft } from '../models/ui/drafts.ts'
import { readSetting } from '../models/ui/local-storage.ts'

// In the <head> of index.html, so that it runs before the first paint (sign-in-page.ts).

const html = document.documentElement

const theme = readSetting('theme')
if (theme) html.dataset.theme = theme

// The form that is in the HTML is the page of a visitor who is signed out, at `/` or at the sign-in page, and who has typed
// nothing yet. To all others main.tsx shows their page, and nothing is shown before.
const { pathname, search, hash } = location
const isSignIn = [`${basePath}/`, `${basePath}/sign-in`].includes(pathname) && !search && !hash
const inLanguage = (readSetting('language') ?? html.lang) === html.lang
if (readSetting('session') || !isSignIn || !inLanguage || hasDraft('account')) html.dataset.blank = ''

// Pressed before the scripts are there, which then sign in (prerendered.ts): the browser itself would load another page.
addEventListener('submit', (event) => {
  if (event.defaultPrevented) return
  event.preventDefault()
  html.dataset.pressed = ''
})
