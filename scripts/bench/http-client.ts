import { Agent, request as httpRequest } from 'node:http'

/** An HTTP server on 127.0.0.1 and the token to use there. */
export interface HttpEndpoint {
  port: number
  token: string
}

/** Sends requests over keep-alive connections, one for each concurrent request. Rejects for any status but 2xx. */
export function createHttpClient({ port, token }: HttpEndpoint) {
  // The server closes a connection after 5 s of idleness; closing it earlier here avoids a request racing with that.
  const agent = new Agent({ keepAlive: true, timeout: 2_000 })
  return {
    request(method: 'GET' | 'POST', path: string, json?: unknown): Promise<string> {
      const body = json === undefined ? '' : JSON.stringify(json)
      const headers = {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      }
      return new Promise((resolve, reject) => {
        const outgoing = httpRequest({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            const { statusCode = 0 } = response
            if (statusCode >= 200 && statusCode < 300) resolve(text)
            else reject(new Error(`${method} ${path} was answered with ${statusCode} ${text.slice(0, 200)}`))
          })
        })
        outgoing.on('error', reject)
        outgoing.end(body)
      })
    },
    end: () => agent.destroy(),
  }
}
