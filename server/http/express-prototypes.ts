import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http'
import type { Express } from 'express'

/**
 * Express gives each request and each response another prototype when it comes. V8 makes such objects slow, and they and
 * all they refer to outlive several young collections, which took 4 ms each instead of a half. Here they are made with
 * the prototype that they are to have, so that there is nothing left to change; messages.test.ts proves that.
 */
export function prototypesOf(app: Express): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  class Request extends IncomingMessage {}
  class Response<Of extends IncomingMessage> extends ServerResponse<Of> {}
  app.request = Object.setPrototypeOf(Request.prototype, app.request)
  app.response = Object.setPrototypeOf(Response.prototype, app.response)
  return { IncomingMessage: Request, ServerResponse: Response }
}
