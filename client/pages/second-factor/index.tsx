import { Page } from '../../components/page.tsx'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { t } from '../../i18n/index.ts'
import { SecondFactorSettings } from './settings.tsx'

export default function SecondFactorPage() {
  useTitle(t().secondFactor.title)
  const { api } = useWorkspace()
  return (
    <Page width="customer">
      <h1 class="mb-4 text-lg font-semibold">{t().secondFactor.title}</h1>
      <SecondFactorSettings api={api} />
    </Page>
  )
}
