import { join } from 'node:path'
import { z } from '../lib/zod.ts'

/** Where pictures are stored. */
export const filesKeys = {
  FILES_URL: z.optional(
    z.pipe(
      z
        .string()
        .check(z.refine((text) => bucketOf(text) !== null, 'Not s3://KEY:SECRET@host/bucket (?region=…&tls=false)')),
      z.transform(bucketOf),
    ),
  ),
}

const Files = z.object(filesKeys)

/** A bucket of a storage that speaks the protocol of S3. */
export interface Bucket {
  /** `https://host/bucket/`, and what all names begin with. */
  readonly url: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

export interface FilesConfig {
  /** Where they are received, and stay without a bucket. */
  readonly filesFolder: string
  readonly filesBucket: Bucket | null
}

/** null: it is no such URL. */
function bucketOf(text: string): Bucket | null {
  if (!URL.canParse(text)) return null
  const { protocol, host, username, password, pathname, searchParams, hash } = new URL(text)
  const { region = 'us-east-1', tls = 'true', ...more } = Object.fromEntries(searchParams)
  const isComplete = protocol === 's3:' && host && username && password && /^\/[\w.-]+(\/[\w.-]+)*\/?$/.test(pathname)
  if (!isComplete || hash || Object.keys(more).length > 0 || !/^(true|false)$/.test(tls)) return null
  try {
    return Object.freeze({
      url: `${tls === 'true' ? 'https' : 'http'}://${host}${pathname.replace(/\/$/, '')}/`,
      accessKeyId: decodeURIComponent(username),
      secretAccessKey: decodeURIComponent(password),
      region,
    })
  } catch {
    return null
  }
}

/** `values` may contain other settings. */
export const readFiles = (values: z.infer<typeof Files>, dataDir: string): FilesConfig => ({
  filesFolder: join(dataDir, 'files'),
  filesBucket: values.FILES_URL ?? null,
})
