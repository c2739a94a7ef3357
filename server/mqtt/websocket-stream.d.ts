/** websocket-stream 5.5.2 brings no types of its own; only the server's half is used here. */
declare module 'websocket-stream/server.js' {
  import type { IncomingMessage } from 'node:http'
  import type { Duplex } from 'node:stream'
  import type { ServerOptions, WebSocketServer } from 'ws'

  export function createServer(
    options: ServerOptions,
    onStream: (stream: Duplex, request: IncomingMessage) => void,
  ): WebSocketServer
}
