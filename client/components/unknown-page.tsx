import { useLocation } from 'preact-iso/router'
import { ownPath } from '#shared/own-path.ts'
import { t } from '../i18n/index.ts'
import { Empty } from './list-states.tsx'
import { Page } from './page.tsx'
import { Redirect } from './redirect.tsx'
import { useTitle } from './use-title.ts'

/** For addresses a role does not have. After a sign-in, redirects to the address that was requested before. */
export function UnknownPage() {
  const { query, path } = useLocation()
  if (path !== '/sign-in' && path !== '/register') return <NoSuchPage />
  return <Redirect to={ownPath(query.next)} />
}

function NoSuchPage() {
  useTitle(t().components.noSuchPage)
  return (
    <Page width="customer">
      <Empty
        icon="icon-[lucide--map-pin-off]"
        title={t().components.noSuchPage}
        action={
          <a href="/" class="hit inline-flex items-center rounded-sm px-4 font-medium text-accent hover:bg-sunken">
            {t().components.toStart}
          </a>
        }
      >
        {t().components.noSuchPageHelp}
      </Empty>
    </Page>
  )
}
