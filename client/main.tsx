import { render } from 'preact'
import { App } from './app.tsx'
import { startLanguage } from './i18n/index.ts'
import { startTicking } from './models/sync/clock.ts'
import { restore, watchSession } from './models/session/session.ts'
import { basePath } from './models/session/base-path.ts'
import { loadChunk } from './models/ui/load-chunk.ts'
import { applyTheme } from './models/ui/theme.ts'

applyTheme()
startTicking()
watchSession()
void restore()

// Rendered in the reader's language from the start: English is in this bundle, another language is one small file.
const root = document.getElementById('app')
const below = basePath ? loadChunk(() => import('./components/below-base-path.tsx')) : undefined
if (root) void startLanguage().then(async () => render(<App Below={(await below)?.BelowBasePath} />, root))
