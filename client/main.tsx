import { render } from 'preact'
import { App } from './app.tsx'
import { startTicking } from './models/sync/clock.ts'
import { restore, watchSession } from './models/session/session.ts'
import { applyTheme } from './models/ui/theme.ts'

applyTheme()
startTicking()
watchSession()
void restore()

const root = document.getElementById('app')
if (root) render(<App />, root)
