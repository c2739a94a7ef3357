import { Agent, request } from 'node:http'
import type { Running } from '../../app.ts'
import { placeOrder, type Person } from '../../testing/app.ts'

/**
 * Places orders over keep-alive connections with less CPU time than fetch, so that the load does not slow down the
 * measured server. Resolves to the order's id; rejects if the response is not 201.
 */
export function orderPlacer(app: Running, customer: Person, serviceId: string, connections = 32) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    place: (more: object = {}) => post(agent, `${app.http}/api/orders`, customer.token, placeOrder(serviceId, more)),
    end: () => agent.destroy(),
  }
}

function post(agent: Agent, url: string, token: string, json: unknown): Promise<string> {
  const body = JSON.stringify(json)
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        const id = response.complete && response.statusCode === 201 ? /"id":"([^"]+)"/.exec(text)?.[1] : undefined
        if (id) resolve(id)
        else reject(new Error(`answered ${response.statusCode} ${text.slice(0, 200)}`))
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
