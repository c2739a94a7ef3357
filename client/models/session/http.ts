import { createSend } from '../../live/http.ts'
import { clock } from '../sync/clock.ts'
import { errorFrom } from './api-error.ts'
import { basePath } from './base-path.ts'

export const send = createSend({ base: `${basePath}/api`, errorFrom, observeTime: clock.observe })
