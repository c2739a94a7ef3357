import { join } from 'node:path'
import { z } from '../lib/zod.ts'

/** Where pictures are stored. */
export const filesKeys = {
  FILES_URL: z.optional(
    z
      .url({ protocol: /^s3$/, error: 'Not a URL (s3://key:secret@host/bucket)' })
      .check(
        z.refine(
          (value) => s3Of(value) !== null,
          'Write s3://KEY:SECRET@HOST/BUCKET, with ?region=… and ?tls=false if needed',
        ),
      ),
  ),
}

const Files = z.object(filesKeys)

/** An S3-compatible storage. `endpoint`: with the bucket, without a slash at the end. */
export interface S3Config {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface FilesConfig {
  /** `folder`: below DATA_DIR. `s3`: null where the folder holds the files. */
  readonly files: { readonly folder: string; readonly s3: S3Config | null }
}

function s3Of(text: string): S3Config | null {
  if (!URL.canParse(text)) return null
  const { username, password, host, pathname, searchParams } = new URL(text)
  const [bucket = '', ...rest] = pathname.split('/').filter(Boolean)
  const unknown = [...searchParams.keys()].some((key) => !['region', 'tls'].includes(key))
  if (!username || !password || !host || !/^[\w.-]+$/.test(bucket) || rest.length > 0 || unknown) return null
  return Object.freeze({
    endpoint: `${searchParams.get('tls') === 'false' ? 'http' : 'https'}://${host}/${bucket}`,
    region: searchParams.get('region') ?? 'us-east-1',
    accessKeyId: decodeURIComponent(username),
    secretAccessKey: decodeURIComponent(password),
  })
}

/** `values` may contain other settings. */
export const readFiles = ({ FILES_URL: url }: z.infer<typeof Files>, dataDir: string): FilesConfig => ({
  files: Object.freeze({ folder: join(dataDir, 'files'), s3: url === undefined ? null : s3Of(url) }),
})
