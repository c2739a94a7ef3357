/** 128 random bits. crypto.randomUUID exists in secure contexts only; this works on plain HTTP in a local network too. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
