import type { Server } from 'node:net'
import { listen } from '../../../server/net/listen.ts'

/** Resolves to the free port on which it listens now. */
export const listening = (server: Server): Promise<number> => listen(server, 0, '127.0.0.1')
