/** Topic aliases are MQTT 5; the broker speaks 3.1.1, so it is never constructed. */
export class LRUCache {}
