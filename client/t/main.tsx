import { render } from 'preact'
import { startLanguage } from '../i18n/index.ts'
import { startTicking } from '../models/sync/clock.ts'
import { applyTheme } from '../models/ui/theme.ts'
import TrackingLinkPage from '../pages/tracking/index.tsx'

applyTheme()
startTicking()
// Another link was opened in this tab.
addEventListener('hashchange', () => location.reload())

const root = document.getElementById('app')
if (root) void startLanguage().then(() => render(<TrackingLinkPage />, root))
