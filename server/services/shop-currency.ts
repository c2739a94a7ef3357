import type { Service } from '#shared/catalogue.ts'
import { commandLine } from '../lib/command-line.ts'
import type { Store } from '../storage/store.ts'

/** Whether customers can order the service: amounts in two currencies cannot be added up. */
export const isOffered = ({ active, currency }: Service, shopCurrency: string): boolean =>
  active && currency === shopCurrency

/**
 * Why the server cannot sell in this currency, and the way out; null when every service is priced in it. Prices carry the
 * currency in which they were typed: the same number in another currency is another price.
 */
export async function currencyProblem({ services }: Pick<Store, 'services'>, currency: string): Promise<string | null> {
  const counts = new Map<string, number>()
  for (const service of await services.list({})) {
    if (service.currency !== currency) counts.set(service.currency, (counts.get(service.currency) ?? 0) + 1)
  }
  const [other] = counts.keys()
  if (other === undefined) return null
  const found = [...counts].map(([code, count]) => `${count} in ${code}`).join(', ')
  return (
    `CURRENCY: Is ${currency}, but services of this database have other prices: ${found}. Set CURRENCY=${other}, ` +
    `or convert the prices: CURRENCY=${currency} ${commandLine('change-currency', `--from ${other} --rate <${currency} for 1 ${other}>`)}`
  )
}
