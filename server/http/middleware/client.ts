import { existsSync } from 'node:fs'
import type { RequestHandler } from 'express'
import sirv from 'sirv'

/**
 * The built client. Its files carry a hash of their content in their name, so browsers may keep them for ever; the page
 * itself is asked for anew each time. Every path that is no file is the page: the client finds its own way from there.
 */
export function client(directory: string): RequestHandler {
  if (!existsSync(directory)) {
    return (_request, response) => {
      response.status(404).type('text/plain').send('The client is not built here: npm run build, or npm run dev.\n')
    }
  }
  return sirv(directory, {
    single: true,
    etag: true,
    setHeaders: (response, path) => {
      const hashed = path.startsWith('/assets/')
      response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
}
