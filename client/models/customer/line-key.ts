/** What identifies a line of the cart: the service and the chosen options. No id contains a space. */
export const lineKey = (serviceId: string, choices: readonly string[]): string =>
  [serviceId, ...choices.toSorted()].join(' ')

export function lineOf(key: string): { serviceId: string; choices: string[] } {
  const [serviceId = '', ...choices] = key.split(' ')
  return { serviceId, choices }
}
