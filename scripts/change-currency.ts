import { parseArgs } from 'node:util'
import { fractionDigits, plainAmount } from '#shared/currency.ts'
import { amount } from '#shared/fields.ts'
import { withStore } from './lib/store.ts'

// npm run change-currency -- --from USD --rate 0.92
// Converts the prices of all services in one currency to CURRENCY, at CURRENCY's amount for 1 unit of the old one. Orders
// keep the currency in which they were placed. Running it again converts only what an earlier run did not.

await withStore(async ({ services }, { currency }) => {
  const { values } = parseArgs({ options: { from: { type: 'string' }, rate: { type: 'string' } } })
  const { from = '', rate = '' } = values
  if (!/^[A-Z]{3}$/.test(from) || from === currency)
    throw new Error(`--from: the currency of the present prices, not ${currency}, which is CURRENCY`)
  if (!/^\d+(\.\d+)?$/.test(rate) || Number(rate) === 0)
    throw new Error(`--rate: how much ${currency} 1 ${from} is, such as 0.92`)

  const factor = Number(rate) * 10 ** (fractionDigits(currency) - fractionDigits(from))
  const converted = (await services.list({}))
    .filter((service) => service.currency === from)
    .map((service) => ({ ...service, newPrice: Math.round(service.price * factor) }))
  for (const { name, newPrice } of converted) {
    if (!amount.safeParse(newPrice).success)
      throw new Error(`${name}: the new price would be too high. Nothing was changed.`)
  }
  for (const { id, name, price, newPrice } of converted) {
    await services.change(id, { price: newPrice, currency })
    console.log(`${name}: ${plainAmount(price, from)} ${from} is now ${plainAmount(newPrice, currency)} ${currency}`)
  }
  console.log(`${converted.length} services converted.`)
})
