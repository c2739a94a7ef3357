import { once } from 'node:events'
import { createServer } from 'node:http'

/** A geocoder with the answers of a test, which speaks Nominatim's protocol. `requests`: the paths that were asked. */
export async function startGeocoder(answer: (url: URL) => unknown) {
  const requests: URL[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    requests.push(url)
    const body = answer(url)
    // undefined: it never answers.
    if (body === undefined) return
    response.writeHead(typeof body === 'number' ? body : 200, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    requests,
    url: `http://127.0.0.1:${port}/search?format=jsonv2&addressdetails=1&q={q}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
