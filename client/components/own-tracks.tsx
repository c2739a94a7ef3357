import { t } from '../i18n/index.ts'
import { ownTracksLink, ownTracksSettings, type OwnTracksAccess } from '../models/vendor/own-tracks.ts'
import { Copyable } from './copyable.tsx'
import { QrCode } from './qr-code.tsx'

/** How the app OwnTracks sends the vendor's position with the token of a new device: a QR code, a link, and the settings. */
export default function OwnTracks({ access }: { access: OwnTracksAccess }) {
  const link = ownTracksLink(access)
  const { host, port, tls, username, deviceId } = ownTracksSettings(access)
  const facts = [
    [t().ownTracks.mode, 'MQTT'],
    [t().ownTracks.host, host],
    [t().ownTracks.port, String(port)],
    ['TLS', tls ? t().ownTracks.on : t().ownTracks.off],
    [t().ownTracks.user, username],
    [t().ownTracks.password, t().ownTracks.theToken],
    [t().ownTracks.device, deviceId],
  ]
  return (
    <div class="grid gap-4 pt-3">
      <p class="text-sm">{t().ownTracks.help}</p>
      <div class="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-4 max-sm:grid-cols-1">
        <QrCode text={link} label={t().ownTracks.qrCode} />
        <dl class="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1 text-sm">
          {facts.map(([term, text]) => (
            <div key={term} class="contents">
              <dt class="text-soft">{term}</dt>
              <dd class="wrap-anywhere">{text}</dd>
            </div>
          ))}
        </dl>
      </div>
      <a
        href={link}
        class="hit inline-flex min-h-11 items-center gap-2 justify-self-start rounded-sm font-medium text-accent"
      >
        <span class="icon-[lucide--smartphone] size-4" aria-hidden="true" />
        {t().ownTracks.open}
      </a>
      <Copyable text={link} label={t().ownTracks.copy} />
    </div>
  )
}
