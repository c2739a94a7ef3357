import type { Actor } from '#shared/actors.ts'

/** The author of what no person has asked for. */
export const serverActor: Actor = { id: 'callout', name: 'Callout', role: 'admin' }
