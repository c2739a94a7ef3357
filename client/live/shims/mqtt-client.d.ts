export { default as MqttClient } from 'mqtt/lib/client'
export { browserStreamBuilder } from 'mqtt/lib/connect/ws'
