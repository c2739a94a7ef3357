import type { Random } from '../../server/system-tests/lib/numbers.ts'

/** From–to, in milliseconds unless said otherwise. */
export type Range = readonly [number, number]

/** MONGO_URI usually names FerretDB here, which reads a whole collection for each query. */
const slowDatabase = process.env.MONGO_URI !== undefined

/** All fault injection in one table: which fault, how often (0–1 is a probability per event), and for how long. */
export const config = {
  /** Short, so that access tokens expire throughout the run. */
  accessTokenTtl: '20s',

  server: {
    /** Mean time between kills. */
    killEvery: 1_150,
    /** Share of kills that wait for a write in flight, so that they fall between its steps. */
    killInWrite: 0.6,
    killAfterWrite: [0, 14],
    killWhileStarting: 0.06,
    /** From the end of a process to the next start. */
    downFor: [0, 200],
    pause: 0.09,
    pauseFor: [200, 1_500],
    /** A graceful stop; only in the last third of the run. */
    terminate: 0.04,
  },

  /** Steps of the system clock, in ms. Small ones keep it within about `near` of the others; several nodes share both. */
  clock: {
    stepEvery: [700, 3_000],
    small: [200, 8_000],
    near: 10_000,
    /** All nodes' clocks are set forward by this, and in the last third of the run back again. */
    large: [70_000, 300_000],
  },

  network: {
    cutEvery: [80, 700],
    /** Share of cuts in the middle of the next packet; the others are immediate. */
    cutMidPacket: 0.5,
    offEvery: [1_500, 5_000],
    offForAll: 0.2,
    offFor: [200, 2_500],
    /** Share of outages that the browser reports to its page ("offline" event). */
    offNoticed: 0.5,
  },

  http: {
    timeout: 6_000,
    /** The timeout of a page, for runs with hundreds of dashboards and a slow database. */
    relaxedTimeout: 15_000,
    delay: 0.12,
    delayFor: [5, 400],
    duplicate: 0.07,
    /** Delay of the duplicate; half of the duplicates are sent at once. */
    duplicateAfter: [0, 1_200],
    /** Requests that wait until the same client's next request has passed. */
    overtaken: 0.06,
    overtakenWithin: 300,
    dropResponse: 0.04,
    dropAfter: [0, 900],
    truncatedResponse: 0.02,
  },

  mqtt: {
    delay: 0.03,
    delayFor: [5, 300],
    duplicate: 0.05,
    duplicateAfter: [0, 1_500],
    /** A PUBLISH to a client that later ones overtake. */
    heldBack: 0.06,
    heldBackFor: [20, 1_500],
    /** A PUBLISH of a device that is sent twice in a row. */
    duplicateCommand: 0.1,
  },

  actors: {
    customers: 4,
    adminDashboards: 4,
    /** The first of them is deactivated now and then, as all device vendors are, and stays inactive at the end. */
    restVendors: 4,
    deviceVendors: 2,
    vendorDashboards: 4,
    listeners: 3,
    orderEvery: [150, 1_000],
    /**
     * For --only-kills with hundreds of dashboards. FerretDB 1.24 over SQLite reads every order for every query: with 170
     * orders it could not serve the hundred dashboards of a killed node before they retried.
     */
    relaxedOrderEvery: [8_000, 20_000],
    commandEvery: [30, 450],
    adminEvery: [300, 1_000],
    /** Of what each vendor, customer and one admin say of payments and ratings. */
    outcomeEvery: [500, 2_000],
    /** Services that customers order, and how often the price of one changes or it is withdrawn. */
    services: 5,
    priceEvery: [60, 500],
    /** Share of these changes that withdraw a service, or offer it again. */
    withdrawal: 0.4,
    /** A price, in steps of one unit of the currency, so that some changes are undone by a later one. */
    prices: [10, 14],
    /** By service: skills that it needs and rounds in which it is offered; the others are offered to all at once. */
    serviceRules: [
      { skills: ['gas'] },
      { offers: { to: 'least_busy', count: 1, seconds: 5 } },
      { skills: ['height'], offers: { to: 'nearest', count: 2, seconds: 5 } },
      { skills: ['gas', 'height'] },
    ],
    /** By vendor. No one has both for good, so that an order which needs both is refused now and then. */
    vendorSkills: [['height'], ['gas'], ['height'], ['gas', 'height'], ['gas'], ['gas', 'height']],
    /** How often a vendor's skills change. */
    skillsEvery: [400, 2_500],
    /** From one deactivation of a vendor to the next, for each of the two admins who do it. */
    deactivateEvery: [500, 2_500],
    /** How long the vendor stays deactivated at least. */
    inactiveFor: [300, 2_000],
    /** Share of deactivations that both admins make at once, each with a choice of their own. */
    deactivatedTwice: 0.2,
    /** Share of choices that reassign the jobs. */
    reassigned: 0.6,
    /** From the end of one round, in which all admins deactivate each other, to the next. */
    adminRoundEvery: [4_000, 10_000],
    pollEvery: [1_000, 2_500],
    maxJobs: 6,
    /** Share of devices' jobs that send all commands without waiting for replies. */
    pipelined: 0.3,
    wakeEvery: [10_000, 20_000],
    reloadEvery: [30_000, 90_000],
  },

  /** After the disruptive faults events are still reordered while all are connected, so that no reconnect hides a mistake. */
  reorderFor: 3_000,
  /** Time for the retries to finish after that, and then for all clients to be connected and current. */
  finishWithin: slowDatabase ? 60_000 : 30_000,
  settleWithin: slowDatabase ? 90_000 : 20_000,
  /** Pause before the comparison. */
  quietFor: 5_000,
} as const satisfies Record<string, unknown>

export const within = (random: Random, [from, to]: Range): number => from + random.below(to - from + 1)

/** `disruptive`: kills, cuts, lost responses. `reordering`: duplicates, delays and another order. */
export interface ActiveFaults {
  disruptive: boolean
  reordering: boolean
}
