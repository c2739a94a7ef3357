import { createTransport } from 'nodemailer'
import { Redis } from 'ioredis'
import type { Config } from '../../../server/config/config.ts'
import { ok, problem, reasonOf, type Finding } from '../finding.ts'
import { patience } from './server.ts'

/** The mail server and Redis, where they are configured. */
export async function checkOutside({ smtpUrl, redisUrl }: Config): Promise<Finding[]> {
  return [...(smtpUrl ? [await checkSmtp(smtpUrl)] : []), ...(redisUrl ? [await checkRedis(redisUrl)] : [])]
}

async function checkSmtp(url: string): Promise<Finding> {
  const { host } = new URL(url)
  const transport = createTransport({
    url,
    dnsTimeout: patience,
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
  })
  try {
    await transport.verify()
    return ok(`the mail server ${host} accepts the sign-in`)
  } catch (error) {
    return problem(`the mail server ${host} cannot be used: ${reasonOf(error)}`, 'check SMTP_URL')
  } finally {
    transport.close()
  }
}

async function checkRedis(url: string): Promise<Finding> {
  const { host } = new URL(url)
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: patience, retryStrategy: () => null })
  let reason = ''
  redis.on('error', (error) => (reason = reasonOf(error)))
  try {
    await redis.connect()
    await redis.ping()
    return ok(`Redis at ${host} answers`)
  } catch (error) {
    return problem(`Redis at ${host} cannot be used: ${reason || reasonOf(error)}`, 'check REDIS_URL')
  } finally {
    redis.disconnect()
  }
}
