/** Replaces rfdc, with which mqtt.js copies a packet before it changes the copy's fields. */
export default <Packet extends object>(packet: Packet): Packet => ({ ...packet })
