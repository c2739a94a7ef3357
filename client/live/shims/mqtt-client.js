import client from 'mqtt/lib/client'

// mqtt.js is CommonJS with `exports.default`. The bundler imports the default, the development server the whole `exports`.
export const MqttClient = client.default ?? client
