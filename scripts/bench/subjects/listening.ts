import type { Server } from 'node:net'
import { listen } from '../../../server/net/listen.ts'

/** Listens on a free port and resolves to it. */
export const listening = (server: Server): Promise<number> => listen(server, 0, '127.0.0.1')
