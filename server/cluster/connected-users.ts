import type { Clock } from '../lib/clock.ts'
import { newId } from '../lib/ids.ts'
import type { Membership } from './membership.ts'

export interface ConnectedUsersDependencies {
  membership: Pick<Membership, 'send' | 'on' | 'isAlone' | 'disconnectedSince'>
  /** Whether the user has a connection to this node. */
  isConnectedHere(userId: string): boolean
  clock: Pick<Clock, 'after'>
}

/** How long the other nodes have to answer, in ms. */
const answerWithin = 250

/** Asks every node whether a user has an open MQTT connection. To be created before the membership starts. */
export function createConnectedUsers({ membership, isConnectedHere, clock }: ConnectedUsersDependencies) {
  const open = new Map<string, () => void>()
  membership.on('findUser', ({ userId, question }) => {
    if (isConnectedHere(userId)) membership.send('userFound', { question })
  })
  membership.on('userFound', ({ question }) => open.get(question)?.())

  return {
    /** False as well when a node does not answer in time. */
    async isConnected(userId: string): Promise<boolean> {
      if (isConnectedHere(userId)) return true
      if (membership.isAlone() || membership.disconnectedSince() !== null) return false
      const question = newId()
      const found = await new Promise<boolean>((resolve) => {
        const cancel = clock.after(answerWithin, () => resolve(false))
        open.set(question, () => {
          cancel()
          resolve(true)
        })
        membership.send('findUser', { userId, question })
      })
      open.delete(question)
      return found
    },
  }
}
