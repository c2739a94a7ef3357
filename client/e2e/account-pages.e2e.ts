import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { coloursChanged, violations } from './accessibility.ts'
import { TestEnvironment } from './environment.ts'
import { accountWalks } from './account-walks.ts'
import { createSampleData, type SampleData } from './sample-data.ts'
import { dictionaries } from './languages.ts'
import { overflows } from './overflows.ts'

const test = suite<{ environment: TestEnvironment; data: SampleData }>('pages of accounts')

test.before(async (context) => {
  context.environment = await TestEnvironment.open()
  context.data = await createSampleData(context.environment.server, context.environment.credentials)
})
test.after(({ environment }) => environment.close())

test('pages and dialogs of accounts, notifications, webhooks and the audit log are accessible in both sizes and themes', async ({
  environment,
  data,
}) => {
  const found: string[] = []
  const { credentials } = environment
  // In German, whose texts are longer.
  const walks = accountWalks({ base: environment.server, credentials, texts: dictionaries.de, job: data.job })
  for (const [name, walk] of Object.entries(walks)) {
    const page = await environment.newPage({ width: 1280, height: 800 }, { language: 'de' })
    const check = async (state: string) => {
      for (const [width, colorScheme] of [
        [360, 'light'],
        [360, 'dark'],
        [1280, 'dark'],
        [1280, 'light'],
      ] as const) {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        await coloursChanged(page)
        const problems =
          colorScheme === 'light'
            ? [...(await violations(page)), ...(await overflows(page))]
            : await violations(page, 'of colours')
        found.push(...problems.map((problem) => `${name} ${state} ${width} ${colorScheme}: ${problem}`))
      }
    }
    await walk(page, check, page.context())
    await page.context().close()
  }
  assert.equal(found, [])
})

test.run()
