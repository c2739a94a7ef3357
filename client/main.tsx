import { render } from 'preact'
import { App } from './app.tsx'
import { startLanguage } from './i18n/index.ts'
import { startTicking } from './models/sync/clock.ts'
import { restore, watchSession } from './models/session/session.ts'
import { applyTheme } from './models/ui/theme.ts'

applyTheme()
startTicking()
watchSession()
void restore()

// Rendered in the reader's language from the start: English is in this bundle, another language is one small file.
const root = document.getElementById('app')
if (root) void startLanguage().then(() => render(<App />, root))
