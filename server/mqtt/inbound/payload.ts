import { fieldErrors, type z } from '../../lib/zod.ts'

/** What a client has published, as `schema` reads it; or what is wrong with it, in words. */
export function readPayload<Value>(
  schema: z.ZodMiniType<Value>,
  payload: Buffer,
): { value: Value; wrong: null } | { value: null; wrong: string } {
  const read = schema.safeParse(bareWordOrJson(payload))
  if (read.success) return { value: read.data, wrong: null }
  const wrong = fieldErrors(read.error.issues).map(({ path, message }) => (path ? `${path}: ${message}` : message))
  return { value: null, wrong: wrong.join('; ') }
}

/** `online` means `{"status":"online"}`: what a small device, or a person with mosquitto_pub, would write. */
function bareWordOrJson(payload: Buffer): unknown {
  const text = payload.toString('utf8').trim()
  if (/^\w+$/.test(text)) return { status: text }
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
