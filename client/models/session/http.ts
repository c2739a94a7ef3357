import { createSend } from '../../live/http.ts'
import { clock } from '../sync/clock.ts'
import { errorFrom } from './api-error.ts'

export const send = createSend({ base: '/api', errorFrom, observeTime: clock.observe })
