import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import { UnavailableError } from '../../lib/errors.ts'
import type { FeatureSettings } from '../feature.ts'
import type { FileStorage } from './storage.ts'

export type Bucket = NonNullable<FeatureSettings['filesBucket']>

/** An answer begins within this time, in ms. Its end is not limited: a phone may read a picture slowly. */
const patience = 20_000
const retries = 2

const textOf = (xml: string, tag: string): string | undefined =>
  new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1]?.replaceAll('&amp;', '&')

/** Files in a bucket of S3, or of a server with its protocol. */
export function createS3Storage({ url, ...credentials }: Bucket): FileStorage {
  const client = new AwsClient({ ...credentials, service: 's3', retries })
  // The bucket is the first part of the path; names may begin with more.
  const [, bucketUrl = url, prefix = ''] = /^(https?:\/\/[^/]+\/[^/]+)\/(.*)$/.exec(url) ?? []
  const { host } = new URL(url)

  /** Throws UnavailableError for each answer that is none of `expected`. */
  async function call(method: string, address: string, expected: readonly number[], body?: Uint8Array) {
    const sent = body && Buffer.from(body)
    const hash = createHash('sha256')
      .update(sent ?? '')
      .digest('hex')
    const timeout = new AbortController()
    const timer = setTimeout(() => timeout.abort(), patience)
    let response: Response
    try {
      response = await client.fetch(address, {
        method,
        headers: { 'x-amz-content-sha256': hash },
        ...(sent && { body: sent }),
        signal: timeout.signal,
      })
    } catch (error) {
      throw new UnavailableError(`the storage of files at ${host} does not answer`, { cause: error })
    } finally {
      clearTimeout(timer)
    }
    if (expected.includes(response.status)) return response
    const code = textOf(await response.text().catch(() => ''), 'Code') ?? ''
    throw new UnavailableError(`the storage of files at ${host} answers ${response.status} ${code}`.trim())
  }

  return {
    async put(key, content) {
      await (await call('PUT', url + key, [200], content)).arrayBuffer()
    },

    async open(key) {
      const response = await call('GET', url + key, [200, 404])
      if (response.status === 200 && response.body) return response.body
      await response.body?.cancel()
      return null
    },

    async remove(key) {
      await (await call('DELETE', url + key, [200, 204, 404])).arrayBuffer()
    },

    // The first version of the listing: its next page begins after a name, so that no token expires between the pages.
    async *keys() {
      let marker: string | undefined
      do {
        const query = new URLSearchParams({ ...(prefix && { prefix }), ...(marker && { marker }) })
        const page = await (await call('GET', `${bucketUrl}?${query}`, [200])).text()
        let last: string | undefined
        for (const [, entry = ''] of page.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
          const [name = '', at = ''] = [textOf(entry, 'Key'), textOf(entry, 'LastModified')]
          last = name
          const key = name.slice(prefix.length)
          // Other names in the bucket are none of ours.
          if (/^[\da-z]+(-small)?$/.test(key)) yield { key, at: Date.parse(at) }
        }
        marker = textOf(page, 'IsTruncated') === 'true' ? last : undefined
      } while (marker)
    },
  }
}
