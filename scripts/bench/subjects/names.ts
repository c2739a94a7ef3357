import type { StartSubject } from './subject.ts'

/** Everything that runs as a contestant. Each is loaded only into its own process. */
export const programs = {
  callout: () => import('./callout.ts'),
  socketio: () => import('./socketio.ts'),
  mosquitto: () => import('./mosquitto.ts'),
  'mosquitto-bridge': () => import('./mosquitto-bridge.ts'),
  'aedes-plain': () => import('./aedes-plain.ts'),
  'limit-ack': () => import('./limit-ack.ts'),
  'limit-broadcast': () => import('./limit-broadcast.ts'),
  // The same with an API before them, over the product's own store.
  'socketio-shop': () => import('./socketio-shop.ts'),
  'mosquitto-bridge-shop': () => import('./mosquitto-bridge-shop.ts'),
  // An API with nothing behind it.
  'express-only': () => import('./express-only.ts'),
} satisfies Record<string, () => Promise<{ start: StartSubject }>>

export type ProgramName = keyof typeof programs

export const isProgram = (name: string): name is ProgramName => Object.hasOwn(programs, name)

/** Those that one may choose from. */
export const subjectNames = [
  'callout',
  'socketio',
  'mosquitto',
  'mosquitto-bridge',
  'aedes-plain',
  'limit-ack',
  'limit-broadcast',
] as const satisfies ProgramName[]

export type SubjectName = (typeof subjectNames)[number]

/** Those that take orders by themselves, and what they then run as. */
export const shops = {
  callout: 'callout',
  socketio: 'socketio-shop',
  'mosquitto-bridge': 'mosquitto-bridge-shop',
} as const satisfies Partial<Record<SubjectName, ProgramName>>

export type ShopName = keyof typeof shops

export const isShop = (name: SubjectName): name is ShopName => Object.hasOwn(shops, name)
