import { connect, createServer, type Socket } from 'node:net'

/** OP_MSG (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/): flags follow the 16-byte header. */
const opMsg = 2013
const moreToCome = 2
/** A section of kind 0 with a BSON document: length, type of the first field, and its name, which is the command. */
const commandAt = 16 + 4 + 1 + 4 + 1
const writing = new Set(['findAndModify', 'update', 'insert', 'delete'])

/**
 * A proxy for a server of the MongoDB protocol that forwards one write command at a time. FerretDB 1.24 reads and writes a
 * document in two steps, so two conditional updates can both succeed; in MongoDB each is atomic.
 */
export async function serializeWrites(target: { host: string; port: number }) {
  let last: Promise<void> = Promise.resolve()
  const sockets = new Set<Socket>()

  const server = createServer((client) => {
    const upstream = connect(target.port, target.host)
    const closed = new Promise<void>((resolve) => {
      for (const socket of [client, upstream]) {
        sockets.add(socket)
        socket.on('error', () => {})
        socket.once('close', () => {
          sockets.delete(socket)
          client.destroy()
          upstream.destroy()
          resolve()
        })
      }
    })
    let answered = () => {}
    onMessages(upstream, (message) => {
      client.write(message)
      answered()
    })
    onMessages(client, (message) => {
      if (!writes(message)) return void upstream.write(message)
      last = last.then(async () => {
        if (upstream.destroyed) return
        const answer = new Promise<void>((resolve) => (answered = resolve))
        upstream.write(message)
        if (expectsAnswer(message)) await Promise.race([answer, closed])
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP')
  return {
    port: address.port,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function writes(message: Buffer): boolean {
  if (message.readInt32LE(12) !== opMsg) return false
  return message[20] !== 0 || writing.has(message.toString('latin1', commandAt, message.indexOf(0, commandAt)))
}

const expectsAnswer = (message: Buffer) =>
  message.readInt32LE(12) !== opMsg || (message.readUInt32LE(16) & moreToCome) === 0

/** Splits the stream into messages; each begins with its length. */
function onMessages(socket: Socket, take: (message: Buffer) => void) {
  let held: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    held = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
    while (held.length >= 4 && held.length >= held.readInt32LE(0)) {
      const length = held.readInt32LE(0)
      take(held.subarray(0, length))
      held = held.subarray(length)
    }
  })
}
