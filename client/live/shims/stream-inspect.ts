/** readable-stream formats the messages of its errors with a port of util.inspect; String is enough here. */
export const inspect = (value: unknown) => String(value)
export const format = (...parts: unknown[]) => parts.map(String).join(' ')
