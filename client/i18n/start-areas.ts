/**
 * The areas of the dictionary that are shown before a sign-in. The build leaves the others out of the first chunk
 * (vite.config.ts); a test compares the list with the modules that the sign-in page loads.
 */
export const startAreas: readonly string[] = ['common', 'auth', 'components', 'errors', 'fields']
