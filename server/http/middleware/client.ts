import { existsSync } from 'node:fs'
import type { RequestHandler } from 'express'
import sirv from 'sirv'
import { indexFor, sendPage, type ClientPages } from '../client-pages.ts'

/**
 * Serves the built client, as .br or .gz where the build wrote one (scripts/lib/compress.ts). Assets have a content hash
 * in their name and are cached forever. Every path that is not a file gets the index page, and the client routes it
 * (single-page application).
 */
export function client(directory: string, pages: ClientPages): RequestHandler {
  if (!existsSync(directory)) {
    return (_request, response) => {
      response.status(404).type('text/plain').send('The client is not built here: npm run build, or npm run dev.\n')
    }
  }
  const serve = sirv(directory, {
    extensions: [],
    brotli: true,
    gzip: true,
    etag: true,
    setHeaders: (response, path) => {
      // sirv's table of types has no .ico.
      if (path.endsWith('.ico')) response.setHeader('Content-Type', 'image/vnd.microsoft.icon')
      // Public code, for pages of any origin: the library itself says when the API is closed to one (client/live).
      if (path.startsWith('/callout.')) response.setHeader('Access-Control-Allow-Origin', '*')
      // sirv takes .ts for a video.
      if (path.endsWith('.d.ts')) response.setHeader('Content-Type', 'application/typescript; charset=utf-8')
      const hashed = path.startsWith('/assets/')
      response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  return (request, response, next) => {
    const page = indexFor(request, pages)
    const isTracking = /^\/t(\/(index\.html)?)?$/.test(request.path)
    // Links to orders are for those who have them, not for search engines.
    if (isTracking) response.setHeader('X-Robots-Tag', 'noindex')
    if (isTracking && pages.tracking) return sendPage(request, response, pages.tracking)
    if (page && /^\/(index\.html)?$/.test(request.path)) return sendPage(request, response, page)
    // sirv reads no weights: `br;q=0` refuses br (RFC 9110, 12.5.3).
    const accepted = ['br', 'gzip'].filter((encoding) => request.acceptsEncodings(encoding))
    request.headers['accept-encoding'] = accepted.join()
    // A file that was there at the start and has gone, because the client is being built: sirv handles no error.
    response.once('pipe', (file) => file.once('error', () => response.destroy()))
    // A path with a suffix is that of a file.
    const isFile = !page || /\.\w+$/.test(request.path)
    serve(request, response, isFile ? next : () => sendPage(request, response, page))
  }
}
