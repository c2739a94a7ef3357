import { useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { downloadData } from '../models/account/leaving.ts'
import { messageOf } from '../models/session/api-error.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'
import { useWorkspace } from './workspace-context.ts'

/** Saves all data about a person as a file; without an id, the person's own. */
export function DownloadData({ userId }: { userId?: string }) {
  const { api } = useWorkspace()
  const [busy, setBusy] = useState(false)
  async function download() {
    setBusy(true)
    await downloadData(api, userId).catch((error: unknown) => showNotice(messageOf(error), 'problem'))
    setBusy(false)
  }
  return (
    <Button icon="icon-[lucide--download]" class="justify-self-start" busy={busy} onClick={() => void download()}>
      {userId === undefined ? t().erasure.downloadOwn : t().erasure.download}
    </Button>
  )
}
