/** What is needed to answer cannot be used right now: nothing was changed, and asking again later is right. */
export class UnavailableError extends Error {}
