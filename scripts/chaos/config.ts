import type { Random } from '../../server/system-tests/lib/numbers.ts'

/** From–to, in milliseconds unless said otherwise. */
export type Range = readonly [number, number]

/** All the mischief in one table: what happens, how often (0–1: the probability each time), and for how long. */
export const config = {
  /** Access tokens run out all the time. */
  accessTokenTtl: '20s',

  server: {
    /** From kill to kill, on average. */
    killEvery: 1_150,
    /** Kills that wait for a write on its way to the server, so that they come between its parts. */
    killInWrite: 0.6,
    killAfterWrite: [0, 14],
    killWhileStarting: 0.06,
    /** From one's end to the next one's start. */
    away: [0, 200],
    pause: 0.09,
    pauseFor: [200, 1_500],
    /** A graceful stop, in the last third only. */
    terminate: 0.04,
  },

  network: {
    cutEvery: [80, 700],
    /** Cuts in the middle of the next packet; the others come at once. */
    cutHalfWay: 0.5,
    offEvery: [1_500, 5_000],
    offForAll: 0.2,
    offFor: [200, 2_500],
    /** A page that the browser tells that the network has gone. */
    offNoticed: 0.5,
  },

  http: {
    patience: 6_000,
    /** As long as a page's, where hundreds of dashboards ask a slow database. */
    calmPatience: 15_000,
    delay: 0.12,
    delayFor: [5, 400],
    duplicate: 0.07,
    /** How long after the first the second one is sent; every other time at once. */
    duplicateAfter: [0, 1_200],
    /** Waits for the same client's next request and lets it pass. */
    overtaken: 0.06,
    overtakenWithin: 300,
    swallow: 0.04,
    swallowedFor: [0, 900],
    halfAnswer: 0.02,
  },

  mqtt: {
    delay: 0.03,
    delayFor: [5, 300],
    duplicate: 0.05,
    duplicateAfter: [0, 1_500],
    /** A PUBLISH to a client that later ones pass. */
    heldBack: 0.06,
    heldBackFor: [20, 1_500],
    /** A PUBLISH of a device, sent twice in a row. */
    duplicateCommand: 0.1,
  },

  people: {
    customers: 4,
    adminScreens: 4,
    restVendors: 3,
    deviceVendors: 2,
    vendorScreens: 4,
    listeners: 3,
    orderEvery: [150, 1_000],
    /**
     * Where only servers end, and hundreds look on. FerretDB 1.24 over SQLite reads every order for every question:
     * with 170 of them it could no longer answer the hundred dashboards of a killed node before they asked again.
     */
    calmOrderEvery: [8_000, 20_000],
    stepEvery: [30, 450],
    adminEvery: [300, 1_000],
    lookEvery: [1_000, 2_500],
    jobsAtOnce: 6,
    /** A device that claims an order and takes its next steps without waiting for an answer. */
    inOneGo: 0.3,
    wakeEvery: [10_000, 20_000],
    reloadEvery: [30_000, 90_000],
  },

  /** After the kills and cuts, and once all are connected, events are still duplicated and reordered: nothing mends what that does. */
  tail: 3_000,
  /** How long retries may go on after that, and then everybody may take to be connected and current. */
  finishWithin: 30_000,
  settleWithin: 20_000,
  /** From there to the comparison. */
  rest: 5_000,
} as const satisfies Record<string, unknown>

export const within = (random: Random, [from, to]: Range): number => from + random.below(to - from + 1)

/** What is switched on. Kills, cuts and lost answers need `rough`; what merely comes twice, late or in another order `mild`. */
export interface Mood {
  rough: boolean
  mild: boolean
}
