import type { IncomingMessage, Server } from 'node:http'

/**
 * Cuts BASE_PATH off the paths of requests and upgrades, before all other listeners. A path without it stays as it is: a
 * proxy may have cut it off, and a health check may ask the server itself.
 */
export function cutBasePath(server: Server, basePath: string) {
  const cut = (request: IncomingMessage) => {
    const { url = '' } = request
    const rest = url.slice(basePath.length)
    if (url.startsWith(basePath) && /^([/?]|$)/.test(rest)) request.url = rest.startsWith('/') ? rest : `/${rest}`
  }
  server.on('request', cut).on('upgrade', cut)
}

/** index.html for a server below BASE_PATH: with the path in its links, and for the client (models/session/base-path.ts). */
export const pageBelow = (html: string, basePath: string) =>
  html.replace('<html', `<html data-base="${basePath}"`).replaceAll(/(href|src)="\/(?!\/)/g, `$1="${basePath}/`)
