/** Counts of everything that happened in a run. */
export const createCounters = () => ({
  kills: 0,
  pauses: 0,
  stops: 0,
  cuts: 0,
  networkOff: 0,
  duplicated: 0,
  reordered: 0,
  delayed: 0,
  droppedResponses: 0,
  renewals: 0,
  signIns: 0,
  retries: 0,
  orders: 0,
  changes: 0,
  refusals: 0,
  events: 0,
  connections: 0,
  reloads: 0,
})

export type Counters = ReturnType<typeof createCounters>
