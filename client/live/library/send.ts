import type { ErrorCode } from '#shared/errors.ts'
import { createErrorFrom } from '../api-error.ts'
import { createSend } from '../http.ts'

/** The server that answers may be newer than a library that was installed as a package, and have other codes. */
const errorFrom = createErrorFrom((code): code is ErrorCode => typeof code === 'string')

export const sendTo = (base: string) => createSend({ base: `${base}/api`, errorFrom })
