import { App, loadNext } from './app.tsx'
import { language, startLanguage } from './i18n/index.ts'
import { phase, restore, watchSession } from './models/session/session.ts'
import { applyTheme } from './models/ui/theme.ts'
import { whenIdle } from './models/ui/when-idle.ts'
import { show } from './prerendered.ts'

applyTheme()
watchSession()
void restore()

// Rendered in the reader's language from the start: English is in this bundle, another language is one small file.
const root = document.getElementById('app')
if (root)
  void startLanguage().then(() => {
    show(<App />, root, language.peek())
    // Needed by the press (pages/auth/sign-in.tsx), which loads it again where this fails.
    import('#shared/users.ts').catch(() => {})
    whenIdle(loadNext)
  })
if (phase.peek() === 'restoring') loadNext()
