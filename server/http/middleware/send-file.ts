import { basename, dirname, resolve } from 'node:path'
import type { RequestHandler } from 'express'
import type { ServedFile } from '../route.ts'

/** Serves one file, by ranges where the client asks for them. */
export function sendFile({ file }: ServedFile): RequestHandler {
  const [root, name] = [dirname(resolve(file)), basename(file)]
  return (_request, response, next) =>
    response.sendFile(name, { root, maxAge: 60_000 }, (error) => {
      // A connection that the client has closed is no failure; without the file the path is as any other.
      if (error && !response.headersSent) next()
    })
}
