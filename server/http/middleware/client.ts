import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RequestHandler } from 'express'
import sirv from 'sirv'
import { pageBelow } from '../base-path.ts'

/**
 * Serves the built client, as .br or .gz where the build wrote one (scripts/lib/compress.ts). Assets have a content hash
 * in their name and are cached forever; index.html is revalidated on each load. Every path that is not a file gets
 * index.html, and the client routes it (single-page application).
 */
export function client(directory: string, basePath = ''): RequestHandler {
  if (!existsSync(directory)) {
    return (_request, response) => {
      response.status(404).type('text/plain').send('The client is not built here: npm run build, or npm run dev.\n')
    }
  }
  const serve = sirv(directory, {
    single: basePath === '',
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
  const below = (file: string) =>
    basePath === '' ? null : pageBelow(readFileSync(join(directory, file), 'utf8'), basePath)
  const page = below('index.html')
  const trackingPage = existsSync(join(directory, 't/index.html')) ? below('t/index.html') : null
  return (request, response, next) => {
    const sendPage = (html = page) => void response.setHeader('Cache-Control', 'no-cache').type('html').end(html)
    const isTracking = /^\/t(\/(index\.html)?)?$/.test(request.path)
    // Links to orders are for those who have them, not for search engines.
    if (isTracking) response.setHeader('X-Robots-Tag', 'noindex')
    if (isTracking && trackingPage !== null) return sendPage(trackingPage)
    if (page !== null && /^\/(index\.html)?$/.test(request.path)) return sendPage()
    // sirv reads no weights: `br;q=0` refuses br (RFC 9110, 12.5.3).
    const accepted = ['br', 'gzip'].filter((encoding) => request.acceptsEncodings(encoding))
    request.headers['accept-encoding'] = accepted.join()
    // A file that was there at the start and has gone, because the client is being built: sirv handles no error.
    response.once('pipe', (file) => file.once('error', () => response.destroy()))
    // As sirv's `single`: a path with a suffix is that of a file.
    serve(request, response, page === null || /\.\w+$/.test(request.path) ? next : () => sendPage())
  }
}
