import { limits } from '../limits.ts'

// Aedes takes NUL, broken UTF-8 and filters such as "a#" or "+a" for good.

/** MQTT-1.5.3: no NUL and no ill-formed UTF-8 (decoded, that is U+FFFD); no other control character has a use in a name. */
const unprintable = /[\p{Cc}\p{Cs}\ufffd]/u

/** What a client may call itself. */
export function isClientId(id: string): boolean {
  return id.length > 0 && id.length <= limits.clientIdLength && !unprintable.test(id)
}

/** MQTT-4.7.1: "#" alone and last, "+" alone in its level. Shared subscriptions belong to MQTT 5: "$" begins none of ours. */
export function isTopicFilter(filter: string): boolean {
  if (filter.length === 0 || filter.length > limits.topicLength || unprintable.test(filter) || filter.startsWith('$')) {
    return false
  }
  const levels = filter.split('/')
  return (
    levels.length <= limits.topicLevels &&
    levels.every((level, index) => {
      if (level === '#') return index === levels.length - 1
      return level === '+' || !/[+#]/.test(level)
    })
  )
}
