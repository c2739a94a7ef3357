import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds serious on the page, and whether the page is wider than the window. */
export async function problemsOf(page: Page): Promise<string[]> {
  await coloursChanged(page)
  const found = await violations(page)
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
  return [...(isWide ? ['wider than the window'] : []), ...found]
}

/** What axe finds serious: by all of its rules, or by those that another theme may break. */
export async function violations(page: Page, rules: 'all' | 'of colours' = 'all'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const runOnly = rules === 'all' ? undefined : ['color-contrast', 'link-in-text-block']
  const options = { resultTypes: ['violations' as const], ...(runOnly && { runOnly }) }
  const { violations: all } = await page.evaluate((given) => axe.run(given), options)
  return all
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
}

/** Colours change in 150 ms, and a dialog appears. Skeletons move for ever. */
export const coloursChanged = (page: Page) =>
  page.waitForFunction(
    () =>
      !document
        .getAnimations()
        .some((one) => one.playState === 'running' && one.effect?.getComputedTiming().iterations !== Infinity),
  )
