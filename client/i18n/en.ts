import { pluralOf } from './plural.ts'

const plural = pluralOf('en')

/** Every text that a person reads, by area. Each leaf is a string, or a function of values that returns one. */
export const en = {
  common: {},

  nav: {},

  auth: {},

  customer: {
    services: (n: number) => plural(n, { one: '1 service', other: `${n} services` }),
  },

  vendor: {},

  admin: {},

  devices: {},

  live: {},

  components: {},

  orders: {
    status: {
      pending: 'Pending',
      accepted: 'Accepted',
      on_the_way: 'On the way',
      in_progress: 'In progress',
      completed: 'Completed',
      rejected: 'Rejected',
      cancelled: 'Cancelled',
    },
    /** The steps of an order as its customer follows them. */
    progress: {
      pending: 'Ordered',
      accepted: 'Accepted',
      on_the_way: 'On the way',
      in_progress: 'In progress',
      completed: 'Completed',
      rejected: 'Rejected',
      cancelled: 'Cancelled',
    },
    /** Labels of buttons. */
    actions: {
      accept: 'Accept',
      decline: 'Decline',
      cancel: 'Cancel order',
      set_off: 'I’m on my way',
      start_work: 'Start work',
      complete: 'Complete',
      release: 'Release',
      assign: 'Assign',
    },
    /** Notices after the server has applied an action. */
    done: {
      accept: 'It’s yours. Find it under My jobs.',
      decline: 'Declined.',
      cancel: 'The order is cancelled.',
      set_off: 'The customer sees that you’re on the way.',
      start_work: 'Started.',
      complete: 'Completed. Well done.',
      release: 'Released. It’s open to all vendors again.',
      assign: 'Assigned.',
    },
    /** Reasons that cover most cases; any other is typed. */
    reasons: {
      decline: { distance: 'Too far away', time: 'No time then', skill: 'Not my kind of work' },
      release: {
        late: 'Running late elsewhere',
        vehicle: 'Vehicle trouble',
        equipment: 'Need other tools or parts',
        ill: 'Ill',
      },
      cancel: {
        notNeeded: 'No longer needed',
        mistake: 'Ordered by mistake',
        time: 'The time does not suit',
        solved: 'Found another solution',
      },
    },
    /** One sentence for the customer about what happens now. */
    sentence: {
      yourVendor: 'Your vendor',
      searching: 'We’re looking for a vendor. You’ll see it here as soon as somebody accepts.',
      searchingAgain: 'The vendor had to step back. We’re looking for another one.',
      accepted: (vendor: string) => `${vendor} has accepted and will set off soon.`,
      acceptedFor: (vendor: string, time: string) => `${vendor} has accepted and comes ${time}.`,
      onTheWay: (vendor: string) => `${vendor} is on the way to you.`,
      inProgress: (vendor: string) => `${vendor} is at work.`,
      completed: (vendor: string) => `Done. ${vendor} has completed your order.`,
      cancelledByCustomer: 'You cancelled this order.',
      cancelledByTeam: 'This order was cancelled by our team.',
      rejected: 'No vendor could take this order.',
    },
    history: {
      ordered: 'Ordered',
      declined: 'Declined',
      released: 'Released',
      assigned: 'Assigned',
      reassigned: 'Reassigned',
      accepted: 'Accepted',
      setOff: 'Set off',
      startedWork: 'Started work',
      completed: 'Completed',
      cancelled: 'Cancelled',
      declinedByLast: 'Declined by the last vendor',
    },
    /** Why an order leaves a list. */
    leaving: {
      cancelled: 'Cancelled',
      declined: 'Declined',
      taken: 'Taken by another vendor',
      reassigned: 'Given to another vendor',
      unavailable: 'No longer available',
    },
    /** Why a change to an order was refused. */
    refused: {
      notYours: 'It is no longer with you.',
      statusNow: (status: string) => `It is ${status.toLowerCase()} now.`,
      statusNowBecause: (status: string, note: string) => `It is ${status.toLowerCase()} now: “${note}”`,
    },
  },

  /** A text for each code of shared/errors.ts, and for what fails without an answer of the server. */
  errors: {
    malformed_json: 'The body is not valid JSON.',
    invalid_request: 'The request does not have the right shape.',
    invalid_cursor: 'The cursor is not one of ours.',
    unauthenticated: 'Sign in first.',
    bad_credentials: 'E-mail or password is wrong.',
    session_ended: 'Your session has ended. Sign in again to go on.',
    forbidden: 'Your role may not do this.',
    not_found: 'There is nothing here.',
    method_not_allowed: 'This address does not take that method.',
    email_taken: 'There is already an account with this e-mail. Sign in instead?',
    already_taken: 'Another vendor was faster. The offer is gone.',
    invalid_transition: 'The order cannot change that way now.',
    version_conflict: 'This order has changed meanwhile. You see it as it is now: try again if it still fits.',
    cursor_expired: 'Too much time has passed: read the list afresh.',
    too_large: 'The body is too large.',
    unsupported_media_type: 'Send JSON.',
    reason_required: 'This change needs a reason.',
    unknown_service: 'This service cannot be ordered.',
    unknown_vendor: 'There is no such active vendor.',
    invalid_schedule: 'The time must lie in the future.',
    idempotency_mismatch: 'This Idempotency-Key was used with another body.',
    device_limit: 'This vendor has as many devices as one may have. Remove one first.',
    own_account: 'You cannot deactivate your own account.',
    too_many_requests: 'Too many attempts. Wait a minute, then try again.',
    internal: 'Something broke on our side. Nothing you typed is lost: try again in a moment.',
    unavailable: 'Callout does not answer as it should. Try again in a moment.',
    offline: 'You’re offline, or Callout is. Nothing is lost: try again when you’re back.',
    /** A failure that is no answer of the server: a bug of the page, most likely. */
    unexpected: 'That did not work. Try again in a moment.',
  },

  /** Errors at the fields of a form. */
  fields: {
    required: 'Fill this in',
    tooShort: (minimum: number) => `Use at least ${minimum} characters`,
    tooLong: (maximum: number) => `Use at most ${maximum} characters`,
    tooSmall: (minimum: number) => `At least ${minimum}`,
    tooBig: (maximum: number) => `At most ${maximum}`,
    noService: 'Choose at least one service',
    email: 'Write an e-mail address such as ana@example.com',
    time: 'Choose a day and a time',
    unknown: 'Unknown field',
    invalid: 'This does not look right',
  },

  notices: {
    statusUnsent: 'You’re offline. Your status stays as it was.',
  },

  offline: {
    willBeSent: 'You’re offline. This will be sent when you’re back.',
    sent: (orderNumber: string, done: string) => `Sent now that you’re back: ${orderNumber}. ${done}`,
  },

  roles: { customer: 'Customer', vendor: 'Vendor', admin: 'Admin' },

  vendorStatus: { online: 'Online', break: 'On break', offline: 'Offline' },

  /** What each command line for a device does. */
  deviceCommands: {
    online: 'Say that you are there',
    accept: 'Take an order',
    listen: 'Hear of offers and answers',
  },
}

type Widened<T> = T extends string
  ? string
  : T extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof T]: Widened<T[Key]> }

/** What a language provides: the keys of `en`, and functions of the same values. */
export type Dictionary = Widened<typeof en>
