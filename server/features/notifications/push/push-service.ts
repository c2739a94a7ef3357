import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Urgency } from 'web-push'
import type { FeatureSettings } from '../../feature.ts'
import type { PushSubscriptionRecord } from './subscription-records.ts'
import type { createVapidKeys } from './vapid-keys.ts'

export interface PushOptions {
  /** For how many seconds the push service keeps the message for a phone that is not reachable. */
  ttl: number
  urgency: Urgency
  /** A later message with the same topic replaces one that the push service still keeps (RFC 8030, 5.4). */
  topic?: string
}

export interface PushAnswer {
  status: number
  /** The beginning of it. */
  text: string
}

export interface PushServiceDependencies {
  vapidKeys: ReturnType<typeof createVapidKeys>
  settings: Pick<FeatureSettings, 'publicUrl' | 'webhooksAllowPrivate'>
}

export type PushService = ReturnType<typeof createPushService>

/** The longest part of an answer that is read, in characters. */
const mostRead = 300

/**
 * Sends messages to browsers' push services, encrypted for the browser (RFC 8291) and signed by this server (RFC 8292). The
 * endpoint comes from a browser, so a private or loopback address is refused when the connection opens, by whatever name it
 * was reached. The libraries are loaded with the first message.
 */
export function createPushService({ vapidKeys, settings }: PushServiceDependencies) {
  /** Whom a push service may contact. Apple refuses a subject without a public host. */
  function subject(): string {
    const url = new URL(settings.publicUrl())
    return url.protocol === 'https:' ? url.origin : `mailto:webmaster@${url.hostname.replace(/[[\]]/g, '')}`
  }

  return {
    /** Rejects when there is no answer. */
    async send(
      { endpoint, keys }: Pick<PushSubscriptionRecord, 'endpoint' | 'keys'>,
      payload: string,
      { ttl, urgency, topic }: PushOptions,
      signal: AbortSignal,
    ): Promise<PushAnswer> {
      const [{ default: webPush }, { useAgent }] = await Promise.all([
        import('web-push'),
        import('request-filtering-agent'),
      ])
      const vapidDetails = { subject: subject(), ...(await vapidKeys()) }
      const { method, headers, body } = webPush.generateRequestDetails({ endpoint, keys }, payload, {
        vapidDetails,
        TTL: ttl,
        urgency,
        topic,
      })
      const allowPrivateIPAddress = settings.webhooksAllowPrivate
      const agent = useAgent(endpoint, { allowPrivateIPAddress, allowMetaIPAddress: allowPrivateIPAddress })
      const open = endpoint.startsWith('https:') ? requestHttps : requestHttp
      return new Promise((resolve, reject) => {
        const request = open(endpoint, { method, headers: { ...headers }, agent, signal }, (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => {
            text = (text + chunk).slice(0, mostRead)
            if (text.length === mostRead) response.destroy()
          })
          response.on('error', reject)
          response.on('close', () => resolve({ status: response.statusCode ?? 0, text }))
        })
        request.on('error', reject)
        request.end(body)
      })
    },
  }
}
