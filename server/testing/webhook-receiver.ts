import { createServer as createHttpServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'

export interface ReceivedRequest {
  path: string
  headers: IncomingHttpHeaders
  body: string
  /** When the whole request had arrived, as performance.now() tells it. */
  at: number
}

/** Of localhost, signed by itself: no client trusts it. Only for tests. */
const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQge3Epcvozz40+XiSG
Bn5dasvMv1xZEtFWA9mrGAeaLP6hRANCAATr4V7tIxiJueLxN1Bpl1IHUiielgfB
+80nFjsmGd1bm9MIVMzThDjetRxKTaLLovJwvNk8R9W1w7FbrMcUMYRD
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUV33qZhoMiwqSm8Dfz8jAtStqYKswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODEyNTU1N1oYDzIxMjYxMTA0
MTI1NTU3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATr4V7tIxiJueLxN1Bpl1IHUiielgfB+80nFjsmGd1bm9MIVMzThDje
tRxKTaLLovJwvNk8R9W1w7FbrMcUMYRDo28wbTAdBgNVHQ4EFgQUpcjyLOjIdKOi
XYpVvBK2jQwXXGQwHwYDVR0jBBgwFoAUpcjyLOjIdKOiXYpVvBK2jQwXXGQwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgAQriZ9jIqYoB8Bnbx/7vneVFa4MDwKV4zJtEaEpqg0UCIQC/
wgWiGIdyl6AoodcTcWSNx8fAn/Cu3YNMTRmr7WcrMQ==
-----END CERTIFICATE-----`,
}

/** A real server on a free loopback port. `answer` may be replaced at any time. */
export async function startReceiver({ tls = false } = {}) {
  const received: ReceivedRequest[] = []
  let waiting: (() => void)[] = []
  let answer: (response: ServerResponse, request: ReceivedRequest) => void = (response) =>
    void response.writeHead(204).end()
  const server = tls ? createHttpsServer(selfSigned) : createHttpServer()
  server.on('request', (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { url = '', headers } = request
      const whole = { path: url, headers, body: Buffer.concat(chunks).toString(), at: performance.now() }
      received.push(whole)
      for (const check of waiting.splice(0)) check()
      answer(response, whole)
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/hook`,
    port,
    received,
    answer(by: typeof answer) {
      answer = by
    },
    /** Resolves once `count` requests have arrived. */
    async until(count: number): Promise<ReceivedRequest[]> {
      while (received.length < count) await new Promise<void>((resolve) => void waiting.push(resolve))
      return received
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
