/** The settings of the app OwnTracks for a device of a vendor (owntracks.org/booklet/tech/json, `_type: configuration`). */
export interface OwnTracksAccess {
  host: string
  port: number
  /** Of MQTT over TLS; null without. */
  tlsPort: number | null
  name: string
  token: string
}

export const ownTracksSettings = ({ host, port, tlsPort, name, token }: OwnTracksAccess) => ({
  _type: 'configuration',
  mode: 0, // MQTT
  host,
  port: tlsPort ?? port,
  tls: tlsPort !== null,
  auth: true,
  username: 'callout',
  password: token,
  deviceId: slugOf(name),
  pubQos: 1,
  pubRetain: false,
  // Positions of other devices are not for this one.
  sub: false,
  cmd: false,
})

/** A link that the app opens, or reads as a QR code. */
export const ownTracksLink = (access: OwnTracksAccess): string =>
  `owntracks:///config?inline=${encodeURIComponent(btoa(JSON.stringify(ownTracksSettings(access))))}`

/** As a level of a topic. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'device'
