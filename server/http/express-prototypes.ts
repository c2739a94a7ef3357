import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http'
import type { Express } from 'express'

/**
 * Express replaces the prototype of each request and response. V8 makes such objects slow, and they and everything they
 * refer to survive several young-generation collections, which took 4 ms instead of 0.5. Here Node creates them with
 * the prototype that Express would set, so that Express changes nothing (express-prototypes.test.ts).
 */
export function prototypesOf(app: Express): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> {
  class Request extends IncomingMessage {}
  class Response<Message extends IncomingMessage> extends ServerResponse<Message> {}
  app.request = Object.setPrototypeOf(Request.prototype, app.request)
  app.response = Object.setPrototypeOf(Response.prototype, app.response)
  return { IncomingMessage: Request, ServerResponse: Response }
}
