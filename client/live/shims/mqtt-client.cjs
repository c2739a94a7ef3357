// mqtt.js is CommonJS with an `exports.default`, which a module of a "type": "module" package sees as a namespace.
// CommonJS reaches it in the same way everywhere.
exports.MqttClient = require('mqtt/lib/client').default
exports.browserStreamBuilder = require('mqtt/lib/connect/ws').browserStreamBuilder
