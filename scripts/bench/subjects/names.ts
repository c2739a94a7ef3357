import type { StartSubject } from './subject.ts'

/** All subject programs. Each is loaded only in its own process. */
export const programs = {
  callout: () => import('./callout.ts'),
  socketio: () => import('./socketio.ts'),
  mosquitto: () => import('./mosquitto.ts'),
  'mosquitto-bridge': () => import('./mosquitto-bridge.ts'),
  'aedes-plain': () => import('./aedes-plain.ts'),
  'limit-ack': () => import('./limit-ack.ts'),
  'limit-broadcast': () => import('./limit-broadcast.ts'),
  'limit-batching': () => import('./limit-batching.ts'),
  // With the order API over the product's store.
  'socketio-orders': () => import('./socketio-orders.ts'),
  'mosquitto-bridge-orders': () => import('./mosquitto-bridge-orders.ts'),
  'limit-way': () => import('./limit-way.ts'),
  // The order API without a store.
  'express-only': () => import('./express-only.ts'),
} satisfies Record<string, () => Promise<{ start: StartSubject }>>

export type ProgramName = keyof typeof programs

export const isProgram = (name: string): name is ProgramName => Object.hasOwn(programs, name)

/** Values of --subjects. */
export const subjectNames = [
  'callout',
  'socketio',
  'mosquitto',
  'mosquitto-bridge',
  'aedes-plain',
  'limit-ack',
  'limit-broadcast',
  'limit-batching',
  'limit-way',
] as const satisfies ProgramName[]

export type SubjectName = (typeof subjectNames)[number]

/** Subjects with an order API, and the program that has it. */
export const orderApiPrograms = {
  callout: 'callout',
  socketio: 'socketio-orders',
  'mosquitto-bridge': 'mosquitto-bridge-orders',
  'limit-way': 'limit-way',
} as const satisfies Partial<Record<SubjectName, ProgramName>>

export type OrderApiSubject = keyof typeof orderApiPrograms

export const hasOrderApi = (name: SubjectName): name is OrderApiSubject => Object.hasOwn(orderApiPrograms, name)
