/**
 * Limits per client. Every number of this folder is here; README.md says what each protects from. Sizes in bytes, times
 * in milliseconds.
 */
export const limits = {
  /** One packet, whole. A CONNECT is small; afterwards a payload of 64 KiB (the contract's limit) and what surrounds it. */
  packetBeforeConnack: 8 * 1024,
  packet: 64 * 1024 + 1024,
  /** One WebSocket frame, which may carry many packets; before CONNACK all of them may have no more than `packet`. */
  frame: 512 * 1024,
  /** The most bytes that Aedes reads at once. */
  readAtOnce: 16 * 1024,

  /** From the first byte of a connection to its CONNECT, and from there to the answer. */
  connectWithin: 5_000,
  authenticateWithin: 5_000,
  /** Seconds. Asking for none, or for more, is answered with this. */
  keepAlive: 600,

  clientIdLength: 128,
  topicLength: 256,
  topicLevels: 8,
  subscriptions: 50,

  /** Bytes buffered for one receiver; with more it is disconnected. */
  bufferedBytes: 512 * 1024,
  /** Refused publications after which a connection is closed; as many refused filters are logged. */
  refusals: 10,
  /** Refused filters after which a connection is closed; each gets 128. */
  refusedFilters: 200,
  /** Inbound QoS 2 publications that wait for their PUBREL. */
  halfOpenQos2: 100,

  connections: 20_000,
  // The rest is lifted by RATE_LIMITS=off.
  connectionsPerAddress: 500,
  /** A client that publishes faster is read more slowly: nothing is lost. */
  publications: { perSecond: 100, burst: 200 },
  /** Everything else it sends; each filter counts as so many. A screen acknowledges thousands of events a second. */
  controlPackets: { perSecond: 5_000, burst: 10_000 },
  filterCost: 50,
  /** An office behind one address may come back all at once after a restart; a guesser may not try for long. */
  connectsPerAddress: { points: 1_500, seconds: 60 },
  refusedConnectsPerAddress: { points: 60, seconds: 60 },
  connectsPerAccount: { points: 120, seconds: 60 },

  /** What waits for a sleeping device: the newest so many messages, for so many days since it was last seen. */
  queued: 1_000,
  sessionDays: 7,
} as const
