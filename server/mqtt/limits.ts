/**
 * Limits per client. Every number of this folder is here, but for those that are settings (config/mqtt-config.ts); README.md
 * says what each protects from. Sizes in bytes, times in milliseconds.
 */
export const limits = {
  /** Packet sizes. A CONNECT is small; later packets have up to 64 KiB of payload (the contract's limit) and their headers. */
  packetBeforeConnack: 8 * 1024,
  packet: 64 * 1024 + 1024,
  /** One WebSocket frame, which may contain many packets; before CONNACK their total is limited to `packet`. */
  frame: 512 * 1024,
  /** The most bytes that Aedes reads at once. */
  readAtOnce: 16 * 1024,

  /** From the first byte of a connection to its CONNECT, and from there to the CONNACK. */
  connectWithin: 5_000,
  authenticateWithin: 5_000,
  /** Seconds. Applied to clients that request none or more. */
  keepAlive: 600,

  clientIdLength: 128,
  topicLength: 256,
  topicLevels: 8,
  subscriptions: 50,

  /** Bytes buffered for one receiver; with more it is disconnected. */
  bufferedBytes: 512 * 1024,
  /** Publications to forbidden topics after which a connection is closed; as many refused filters are logged. */
  refusals: 10,
  /** Lines a minute about refused publications of one client with one code. */
  loggedRefusals: 10,
  /** Refused filters after which a connection is closed; each gets 128. */
  refusedFilters: 200,
  /** Inbound QoS 2 publications that wait for their PUBREL. */
  halfOpenQos2: 100,

  // The rest is lifted by RATE_LIMITS=off.
  /** A client that publishes faster is read more slowly, so nothing is lost. */
  publications: { perSecond: 100, burst: 200 },
  /** All other packets; each filter counts as `filterCost`. A dashboard acknowledges thousands of events per second. */
  controlPackets: { perSecond: 5_000, burst: 10_000 },
  filterCost: 50,
  /** How much later, in ms, an address above MQTT_REFUSED_CONNECTS_PER_ADDRESS is refused; its valid tokens are not. */
  refusalDelay: 2_000,

  /** The queue of an offline device, and the days after which its session ends. */
  queued: 1_000,
  sessionDays: 7,
} as const
