/** Replaces modules that are not needed: mqtt.js's package.json and its parts for MQTT 5. */
export default {}
export const version = 'browser'
