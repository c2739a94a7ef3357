import { useEffect, useState } from 'preact/hooks'
import type { ApiToken, NewApiToken } from '#shared/api-tokens.ts'
import { t } from '../../i18n/index.ts'
import { Button } from '../../components/button.tsx'
import { Copyable } from '../../components/copyable.tsx'
import { IssuedToken } from '../../components/device-parts.tsx'
import { Empty, Failed, Skeleton } from '../../components/list-states.tsx'
import { RichText } from '../../components/rich-text.tsx'
import { RelativeTime } from '../../components/time.tsx'
import { useRetryWhenBack } from '../../components/use-retry-when-back.ts'
import { useTitle } from '../../components/use-title.ts'
import { useWorkspace } from '../../components/workspace-context.ts'
import { createTokens, tokenLines } from '../../models/admin/tokens.ts'
import { basePath } from '../../models/session/base-path.ts'
import { now } from '../../models/sync/clock.ts'
import { clockTime } from '../../models/ui/format.ts'
import { AllDevices } from './all-devices.tsx'
import { AddTokenDialog, RevokeTokenDialog } from './token-dialogs.tsx'

/** Tokens of programs (dashboards, wall displays, scripts, other systems), and the vendors' devices. */
export default function TokensPage() {
  useTitle(t().nav.tokens)
  return (
    <main class="mx-auto w-full max-w-240 p-4 py-6">
      <h1 class="mb-5 text-lg font-semibold">{t().nav.tokens}</h1>
      <Tokens />
      <AllDevices />
    </main>
  )
}

function Tokens() {
  const { api } = useWorkspace()
  const [model] = useState(() => createTokens(api))
  const [adding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState<ApiToken | null>(null)
  useEffect(() => void model.load(), [model])
  useRetryWhenBack(model.error.value !== null, () => void model.load())
  const tokens = model.tokens.value
  const issued = model.issued.value
  const add = (
    <Button variant="primary" icon="icon-[lucide--plus]" onClick={() => setAdding(true)}>
      {t().tokens.add}
    </Button>
  )

  return (
    <section class="mb-10">
      <div class="mb-4 flex flex-wrap items-center gap-3">
        <h2 class="me-auto font-semibold">{t().tokens.title}</h2>
        {tokens !== null && tokens.length > 0 && add}
      </div>
      {issued && <Issued issued={issued} port={model.mqttPort.value} />}
      {tokens === null &&
        (model.error.value === null ? (
          <Skeleton rows={3} class="h-16" />
        ) : (
          <Failed message={model.error.value} onRetry={() => void model.load()} />
        ))}
      {tokens?.length === 0 && (
        <Empty icon="icon-[lucide--key-round]" title={t().tokens.empty} action={add}>
          {t().tokens.emptyHelp}
        </Empty>
      )}
      {tokens !== null && tokens.length > 0 && (
        <ul class="overflow-hidden rounded-md border border-line bg-surface">
          {tokens.map((token) => (
            <Row key={token.id} token={token} onRevoke={() => setRevoking(token)} />
          ))}
        </ul>
      )}
      {adding && <AddTokenDialog model={model} onClose={() => setAdding(false)} />}
      {revoking && <RevokeTokenDialog model={model} token={revoking} onClose={() => setRevoking(null)} />}
    </section>
  )
}

function Row({ token, onRevoke }: { token: ApiToken; onRevoke(): void }) {
  const { name, scope, contact, lastUsedAt, expiresAt } = token
  return (
    <li class="flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3 not-first:border-t not-first:border-line">
      <div class="min-w-[min(100%,12rem)] flex-1">
        <p class="font-medium" dir="auto">
          {name}
        </p>
        <p class="text-sm text-soft">{contact ? t().tokens.scopes[scope] : t().tokens.withoutContact}</p>
      </div>
      <div class="text-sm text-soft sm:w-60">
        <p>
          {lastUsedAt ? (
            <RichText text={t().tokens.lastUsed} parts={{ time: <RelativeTime at={lastUsedAt} /> }} />
          ) : (
            t().tokens.neverUsed
          )}
        </p>
        {expiresAt && <p>{t().tokens.expires(clockTime(expiresAt, now.value))}</p>}
      </div>
      <Button onClick={onRevoke} aria-label={t().devices.revokeNamed(name)}>
        {t().common.revoke}
      </Button>
    </li>
  )
}

/** Lines that try the new token. */
function Issued({ issued: { token, secret }, port }: { issued: NewApiToken; port: number }) {
  const { origin, hostname: host } = location
  return (
    <IssuedToken name={token.name} secret={secret}>
      {tokenLines({ server: origin + basePath, host, port, secret, contact: token.contact }).map(
        ({ purpose, line }) => (
          <div key={purpose} class="grid gap-1.5">
            <p class="text-sm text-soft">{t().tokens.lines[purpose]}</p>
            <Copyable text={line} label={t().devices.copyLine(t().tokens.lines[purpose])} />
          </div>
        ),
      )}
    </IssuedToken>
  )
}
