import { renderToString } from 'preact-render-to-string'
import { App } from '../app.tsx'
import { languages, setLanguage } from '../i18n/index.ts'

// Runs in the build (sign-in-page.ts), which has no window.
Object.assign(globalThis, { location: new URL('http://localhost/sign-in') })

/** The sign-in page as HTML, by language. */
export const signInHtml = new Map<string, string>()

for (const language of languages) {
  await setLanguage(language)
  signInHtml.set(language, renderToString(<App />))
}
