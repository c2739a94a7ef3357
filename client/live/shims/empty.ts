/** Replaces modules that only Node uses: the `ws` package and mqtt.js's package.json. */
export default {}
export const version = 'browser'
