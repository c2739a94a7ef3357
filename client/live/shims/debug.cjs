// Replaces the `debug` package in the browser. CommonJS, as some users call `require('debug')(name)` and others `.default`.
const silent = () => {}
silent.enabled = false
silent.extend = () => silent
const debug = () => silent
debug.default = debug
module.exports = debug
