/** Stands in for modules only Node reaches: the `ws` package (a browser has WebSocket) and mqtt.js's package.json. */
export default {}
export const version = 'browser'
