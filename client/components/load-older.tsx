import { t } from '../i18n/index.ts'
import type { Feed } from '../live/feed.ts'
import { Button } from './button.tsx'

/** A button that loads the next page of the list. */
export function LoadOlder({ feed }: { feed: Pick<Feed, 'nextCursor' | 'loadingOlder' | 'loadOlder'> }) {
  if (!feed.nextCursor.value) return null
  return (
    <div class="grid justify-items-center p-4">
      <Button busy={feed.loadingOlder.value} onClick={() => void feed.loadOlder()}>
        {t().components.loadOlder}
      </Button>
    </div>
  )
}
