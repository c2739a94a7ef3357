import { Agent, request } from 'node:http'

/** Whom to ask over HTTP, and as whom. */
export interface HttpDoor {
  port: number
  token: string
}

/** Asks over one kept-alive connection, or as many as are needed at once. Rejects for anything but a 2xx. */
export function createAsker({ port, token }: HttpDoor) {
  // A server closes what has been idle for five seconds: at that moment nothing must be asked over it.
  const agent = new Agent({ keepAlive: true, timeout: 2_000 })
  return {
    ask(method: 'GET' | 'POST', path: string, json?: unknown): Promise<string> {
      const body = json === undefined ? '' : JSON.stringify(json)
      const headers = {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      }
      return new Promise((resolve, reject) => {
        const asked = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString()
            const { statusCode = 0 } = response
            if (statusCode >= 200 && statusCode < 300) resolve(text)
            else reject(new Error(`${method} ${path} was answered ${statusCode} ${text.slice(0, 200)}`))
          })
        })
        asked.on('error', reject)
        asked.end(body)
      })
    },
    end: () => agent.destroy(),
  }
}
