const prefix = 'dev_'
const format = /^dev_([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})$/
const anywhere = /dev_([A-Za-z0-9_-]{1,64})\.[A-Za-z0-9_-]{43}/g

export const formatDeviceToken = (deviceId: string, secret: string): string => `${prefix}${deviceId}.${secret}`

/** Both parts are undefined when the text is not a device token. */
export function parseDeviceToken(token: string): { id?: string; secret?: string } {
  const [, id, secret] = format.exec(token) ?? []
  return { id, secret }
}

/** Whether the text is a device token; an access token never starts with this prefix (RFC 7519: it starts with `eyJ`). */
export const isDeviceToken = (token: string): boolean => token.startsWith(prefix)

/** Replaces the secret of each device token in the text; the device id stays. */
export const redactDeviceTokens = (text: string): string => text.replace(anywhere, `${prefix}$1.[Redacted]`)
