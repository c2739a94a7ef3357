import client from 'mqtt/lib/client'

// mqtt.js is CommonJS with an `exports.default`; whether that or its surroundings is what `import` sees, bundling and
// serving in development disagree.
export const MqttClient = client.default ?? client
export { browserStreamBuilder } from 'mqtt/lib/connect/ws'
