import type { StartContestant } from './contestant.ts'

/** Everyone that is compared. Each is loaded only into its own process. */
export const contestants = {
  callout: () => import('./callout.ts'),
  socketio: () => import('./socketio.ts'),
  mosquitto: () => import('./mosquitto.ts'),
  'mosquitto-bridge': () => import('./mosquitto-bridge.ts'),
  'aedes-plain': () => import('./aedes-plain.ts'),
  'limit-ack': () => import('./limit-ack.ts'),
  'limit-broadcast': () => import('./limit-broadcast.ts'),
} satisfies Record<string, () => Promise<{ start: StartContestant }>>

export type ContestantName = keyof typeof contestants

export const isContestant = (name: string): name is ContestantName => Object.hasOwn(contestants, name)

export const contestantNames = Object.keys(contestants).filter(isContestant)
