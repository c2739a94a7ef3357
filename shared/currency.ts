/** ISO 4217's minor units where they are not hundredths. Browsers disagree about some currencies (LAK, IQD), so Intl is not asked. */
const digitsOf: ReadonlyMap<string, number> = new Map([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
  ...'CLF UYW'.split(' ').map((code) => [code, 4] as const),
])

/** How many decimals an amount of the currency has: 4500 is 45.00 USD, 4500 JPY or 4.500 KWD. */
export const fractionDigits = (currency: string): number => digitsOf.get(currency) ?? 2

/** "45.00", for an input, a log or a script: without separators of thousands, with a decimal point. */
export const plainAmount = (minor: number, currency: string): string =>
  (minor / 10 ** fractionDigits(currency)).toFixed(fractionDigits(currency))
