// mqtt.js logs every step through `debug`; in the browser nobody listens. CommonJS, because half of its users call
// `require('debug')(name)` and the other half `.default`.
const silent = () => {}
silent.enabled = false
silent.extend = () => silent
const debug = () => silent
debug.default = debug
module.exports = debug
