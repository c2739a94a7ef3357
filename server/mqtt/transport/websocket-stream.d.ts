/** websocket-stream 5.5.2 brings no types of its own; only the server's half is used here. */
declare module 'websocket-stream/server.js' {
  import type { ServerOptions, WebSocketServer } from 'ws'

  export function createServer(options: ServerOptions): WebSocketServer
}
