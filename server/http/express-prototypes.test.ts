import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Request, type Response } from 'express'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { prototypesOf } from './express-prototypes.ts'

test('requests and responses keep their prototype in Express and have the methods of Express', async () => {
  const app = express()
  const prototypes = { created: new Array<object>(), handled: new Array<object>() }
  const prototypesOfBoth = (request: object, response: object) => [
    Object.getPrototypeOf(request),
    Object.getPrototypeOf(response),
  ]
  app.get('/here', (request: Request, response: Response) => {
    prototypes.handled = prototypesOfBoth(request, response)
    response.json({ query: request.query, app: request.app === app && response.app === app })
  })
  const server = createServer(prototypesOf(app), (request, response) => {
    prototypes.created = prototypesOfBoth(request, response)
    app(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/here?a=b`)
  assert.equal(await response.json(), { query: { a: 'b' }, app: true })
  assert.equal(
    prototypes.created.map((prototype, n) => prototype === prototypes.handled[n]),
    [true, true],
  )
  server.closeAllConnections()
  server.close()
})

test.run()
