/**
 * Topic of a packet that a client has published, once the server has taken its content. No client can subscribe to it: no
 * role's filters contain a "$" topic, and a leading wildcard does not match one (MQTT-4.7.2-1).
 */
export const discardTopic = '$discarded'
