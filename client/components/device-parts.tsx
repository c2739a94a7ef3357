import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import lazy, { ErrorBoundary } from 'preact-iso/lazy'
import type { Broker, Device, NewDevice } from '#shared/devices.ts'
import { t } from '../i18n/index.ts'
import type { DevicesModel } from '../models/vendor/devices.ts'
import type { OwnTracksAccess } from '../models/vendor/own-tracks.ts'
import { loadChunk } from '../models/ui/load-chunk.ts'
import { showNotice } from '../models/ui/notices.ts'
import { Button } from './button.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { Copyable } from './copyable.tsx'
import { RichText } from './rich-text.tsx'
import { RelativeTime } from './time.tsx'

const OwnTracks = lazy(() => loadChunk(() => import('./own-tracks.tsx')))

interface RowProps {
  device: Device
  /** Beside when it was last seen: whose it is. */
  children?: ComponentChildren
  onRevoke(): void
}

export const DeviceRow = ({ device: { name, lastSeenAt }, children, onRevoke }: RowProps) => (
  <li class="flex flex-wrap items-center gap-x-4 gap-y-2 p-4 not-first:border-t not-first:border-line">
    <div class="min-w-[min(100%,9rem)] flex-1">
      <p class="font-medium" dir="auto">
        {name}
      </p>
      <p class="text-sm text-soft">
        {children}
        {lastSeenAt ? (
          <RichText text={t().devices.lastSeen} parts={{ time: <RelativeTime at={lastSeenAt} /> }} />
        ) : (
          t().devices.neverConnected
        )}
      </p>
    </div>
    <Button onClick={onRevoke} aria-label={t().devices.revokeNamed(name)}>
      {t().common.revoke}
    </Button>
  </li>
)

/** The secret of a new token, which is shown only now. `children`: how to try it. */
export const IssuedToken = ({
  name,
  secret,
  children,
}: {
  name: string
  secret: string
  children?: ComponentChildren
}) => (
  <section
    aria-label={t().devices.newToken}
    class="mb-6 grid animate-appear gap-3 rounded-md border border-accent bg-accent-soft p-4"
  >
    <p>
      <span class="font-semibold">
        <RichText text={t().devices.tokenOf} parts={{ name: <bdi>{name}</bdi> }} />
      </span>{' '}
      {t().devices.tokenOnce}
    </p>
    <Copyable text={secret} label={t().devices.copyToken} />
    {children}
  </section>
)

export const IssuedDevice = ({ issued: { device, token }, broker }: { issued: NewDevice; broker: Broker }) => (
  <IssuedToken name={device.name} secret={token}>
    <Phone access={{ ...broker, host: location.hostname, name: device.name, token }} />
  </IssuedToken>
)

/** For a phone: the settings of an app that sends its position, in the background too. */
function Phone({ access }: { access: OwnTracksAccess }) {
  const [shown, setShown] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setShown(currentTarget.open)}>
      <summary class="hit flex cursor-pointer items-center gap-2 rounded-sm text-sm font-medium">
        <span class="icon-[lucide--smartphone] size-4 text-soft" aria-hidden="true" />
        {t().ownTracks.title}
        <span class="icon-[lucide--chevron-down] size-4 text-soft" aria-hidden="true" />
      </summary>
      <ErrorBoundary>{shown && <OwnTracks access={access} />}</ErrorBoundary>
    </details>
  )
}

interface DialogProps {
  model: Pick<DevicesModel, 'revoke'>
  device: Device
  onClose(): void
}

export function RevokeDeviceDialog({ model, device, onClose }: DialogProps) {
  async function revoke() {
    await model.revoke(device.id)
    showNotice(t().devices.revoked(device.name))
  }
  return (
    <ConfirmDialog
      title={t().devices.revokeQuestion}
      button={t().common.revoke}
      variant="danger"
      onConfirm={revoke}
      onClose={onClose}
    >
      <RichText text={t().devices.revokeHelp} parts={{ name: <bdi class="font-medium">{device.name}</bdi> }} />
    </ConfirmDialog>
  )
}
