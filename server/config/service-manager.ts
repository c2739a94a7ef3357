import { execFile } from 'node:child_process'

/**
 * Tells systemd how far the start or the stop is, when systemd waits for it (Type=notify). Node has no datagram sockets of
 * the Unix domain, so systemd's own program sends the message; the unit needs NotifyAccess=all for that.
 */
export function notifyServiceManager(state: 'READY=1' | 'STOPPING=1') {
  if (!process.env.NOTIFY_SOCKET) return
  execFile('systemd-notify', [state], (error) => {
    if (error) console.error(`callout: systemd-notify ${state}: ${error.message}`)
  })
}
