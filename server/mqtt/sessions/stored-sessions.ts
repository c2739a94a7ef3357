interface Keys {
  keys(range: { gt: string; lt: string; limit: number }): { all(): Promise<string[]> }
}

/** What aedes-persistence-level 9.2 keeps of a session, under `<kind>:<client id, URI-encoded>:…`. */
const kinds = ['subscriptions', 'outgoing']

/**
 * The client ids of all sessions that the engine has anything of; of one that a crash left half ended, too. The engine
 * itself cannot be asked: this knows its keys, its version is pinned, and device-sessions.test.ts fails when they change.
 */
export async function* storedSessions(database: Keys): AsyncGenerator<string> {
  for (const kind of kinds) {
    let after = `${kind}:`
    for (;;) {
      const [key] = await database.keys({ gt: after, lt: `${kind};`, limit: 1 }).all()
      const id = key?.split(':')[1]
      if (id === undefined) break
      yield decodeURIComponent(id)
      // ';' comes next to ':': after every key of this one.
      after = `${kind}:${id};`
    }
  }
}
