/** The path below which the server is reached, such as `/callout`: the server writes it into index.html. Empty at the root. */
export const basePath = globalThis.document?.documentElement?.dataset.base ?? ''
