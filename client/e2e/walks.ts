import type { BrowserContext, Locator, Page } from 'playwright-core'
import { containing, type dictionaries } from './languages.ts'
import type { Credentials } from './sample-data.ts'

export type Shot = (name: string) => Promise<void>
/** Opens one page and state after another, and takes a screenshot of each. */
export type Walk = (page: Page, shot: Shot, context: BrowserContext) => Promise<void>

export interface VisitorDependencies {
  base: string
  credentials: Credentials
  texts: (typeof dictionaries)['en']
}

/** What each walk does as a person of a role. */
export const createVisitor = ({ base, credentials, texts }: VisitorDependencies) => ({
  async signIn(page: Page, role: keyof Credentials): Promise<void> {
    await page.goto(base)
    await page.getByLabel(texts.common.email).fill(`${role}@example.com`)
    await page.getByLabel(texts.common.password, { exact: true }).fill(credentials[role])
    await page.getByRole('button', { name: texts.common.signIn }).click()
    await page.waitForFunction(() => document.documentElement.dataset.live === 'live')
  },
  openMenu: (page: Page): Promise<void> =>
    press(
      page.getByRole('button', { name: containing(texts.components.accountOf('')) }),
      page.locator(':popover-open'),
    ),
})

/** Presses until the page shows the result: it ignores a press within 600 ms of a shift (press-guard.ts). */
export async function press(button: Locator, result: Locator, state: 'visible' | 'hidden' = 'visible'): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await button.click({ timeout: 2_000 })
      return await result.waitFor({ state, timeout: 1_000 })
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
}

/** Navigates within the app, without a page load. */
export async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
  await page.waitForTimeout(250)
}
