import { limits } from './limits.ts'

// Aedes takes NUL, broken UTF-8 and filters such as "a#" or "+a" for good.

/** MQTT-1.5.3: no NUL and no ill-formed UTF-8 (decoded, that is U+FFFD); other control characters have no use in a name. */
// oxlint-disable-next-line eslint/no-control-regex -- it is what this is about
const unprintable =
  /[\u0000-\u001f\u007f-\u009f\ufffd]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

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
