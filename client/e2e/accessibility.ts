import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds serious on the page, and whether the page is wider than the window. */
export async function problemsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }))
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return [
    ...(isWide ? ['wider than the window'] : []),
    ...serious.map(({ id, nodes }) => `${id} ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`),
  ]
}
