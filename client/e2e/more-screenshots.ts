import { Service } from '#shared/catalogue.ts'
import { placeOrder, servicesOf, setStatus, signIn as signInByRest } from './api.ts'
import { containing } from './languages.ts'
import type { SampleData } from './sample-data.ts'
import { createVisitor, go, press, type VisitorDependencies, type Walk } from './walks.ts'

/** The states that `screenshots.ts --all` takes in addition. */
export function moreWalks(
  dependencies: VisitorDependencies & Pick<SampleData, 'trackable' | 'job'>,
): Record<string, Walk> {
  const { base, credentials, texts, trackable, job } = dependencies
  const { signIn } = createVisitor(dependencies)
  const admin = () => signInByRest(base, 'admin@example.com', credentials.admin)
  const ana = () => signInByRest(base, 'vendor@example.com', credentials.vendor)
  const sam = () => signInByRest(base, 'customer@example.com', credentials.customer)

  const printed =
    (role: keyof typeof credentials): Walk =>
    async (page, shot) => {
      await signIn(page, role)
      await go(page, `/orders/${role === 'customer' ? trackable[2] : job}`)
      await page.locator('[data-work-sheet]').getByText(texts.common.total).first().waitFor()
      await page.emulateMedia({ media: 'print' })
      await shot('sheet')
    }

  return {
    'again-customer': async (page, shot) => {
      await signIn(page, 'customer')
      await go(page, `/orders/${trackable[3]}`)
      await page.getByText(texts.common.history, { exact: true }).click()
      await shot('done-history')
      await page.getByRole('button', { name: texts.customer.orderAgain }).click()
      await page.getByLabel(texts.common.address).waitFor()
      await shot('order-again')
      await go(page, '/')
      for (const name of ['تنظيف', 'Treppenhaus', '水道']) {
        await page
          .getByRole('button', { name: containing(name) })
          .first()
          .click()
      }
      await shot('cart')
      await go(page, '/checkout')
      await page.getByLabel(texts.common.address).fill('شارع الملك فهد ١٢، الرياض 12345')
      await page.getByLabel(texts.common.phone).fill('+966 50 123 4567')
      await page.getByLabel(texts.common.notes).fill('الرجاء الاتصال قبل الوصول. Thank you! 🙏')
      const boss = await admin()
      const service = (await servicesOf(boss)).find(({ name }) => name.startsWith('Treppenhaus'))
      await boss.patch(`/services/${service?.id}`, Service, { price: (service?.price ?? 0) + 4_200 })
      await page.getByText(texts.customer.pricesChanged).waitFor()
      await shot('price-changed')
      const gone = await boss.post('/services', Service, {
        name: 'Donaudampfschifffahrtsgesellschaftskapitänskajütenreinigung',
        price: 5_000,
        durationMinutes: 30,
      })
      await go(page, '/')
      await page.getByRole('button', { name: texts.customer.add(gone.name) }).click()
      await go(page, '/checkout')
      await boss.patch(`/services/${gone.id}`, Service, { active: false })
      await page
        .getByRole('button', { name: texts.components.remove(gone.name), exact: true })
        .first()
        .waitFor()
      await page.waitForTimeout(300)
      await shot('withdrawn')
      await go(page, '/no/such/page')
      await shot('unknown')
    },
    'again-vendor': async (page, shot) => {
      await signIn(page, 'vendor')
      await page.locator('[data-order-id]').first().waitFor()
      await go(page, '/jobs')
      await page.locator(`[data-order-id="${job}"]`).waitFor()
      await go(page, `/orders/${job}`)
      await page.getByText(texts.common.history, { exact: true }).waitFor()
      await shot('job-page')
      await press(page.getByRole('button', { name: texts.vendor.completeWithNote }), page.getByRole('dialog'))
      await shot('complete-dialog')
      await page.keyboard.press('Escape')
      await go(page, '/finished')
      await press(page.locator('[data-order-id] a').first(), page.getByText(texts.common.history, { exact: true }))
      await shot('finished-page')
      await go(page, '/')
      await press(page.locator('[data-order-id] a').first(), page.getByText(texts.common.history, { exact: true }))
      await shot('offer-page')
      // An order that the admin takes back while the vendor looks.
      const order = await placeOrder(await sam())
      await setStatus(await ana(), order, 'accepted')
      await go(page, '/jobs')
      await page.locator(`[data-order-id="${order.id}"]`).waitFor()
      await setStatus(await admin(), order, 'cancelled', { reason: 'The customer called: ليلى عبد الرحمن, 14:00' })
      await page.locator('[role=status]').getByText(containing(order.number)).first().waitFor()
      await shot('notice')
      await go(page, '/')
      const onBreak = page.getByRole('switch', { name: texts.vendor.onlineForOffers, checked: false })
      const online = page.getByRole('switch', { name: texts.vendor.onlineForOffers, checked: true })
      await press(online, onBreak)
      await shot('break')
      await press(onBreak, online)
      await go(page, '/orders/nosuchorder')
      await shot('no-such-order')
    },
    'again-admin': async (page, shot) => {
      await signIn(page, 'admin')
      await page.locator('[data-order-id]').first().waitFor()
      await go(page, '/?status=pending&sort=customer')
      await page.waitForTimeout(500)
      await shot('pending-by-customer')
      await go(page, `/?q=${encodeURIComponent('ليلى')}`)
      await page.waitForTimeout(500)
      await shot('search-arabic')
      await go(page, '/?status=rejected')
      await page.getByText(texts.admin.noneLikeThis).waitFor()
      await shot('none')
      await go(page, '/')
      await page.locator('[data-order-id]').first().waitFor()
      const row = page.getByRole('row', { name: containing('ليلى') }).first()
      await press(row, page.getByText(texts.common.history, { exact: true }))
      await shot('selected-arabic')
      await go(page, '/users')
      const person = page.getByRole('listitem').filter({ hasText: 'Ana Petrova' })
      const dialog = page.getByRole('dialog')
      await press(person.getByRole('button', { name: texts.admin.account.deactivate }), dialog)
      await press(
        dialog.getByRole('button', { name: texts.admin.account.deactivate }),
        dialog.getByLabel(texts.admin.account.openJobs),
      )
      await shot('open-jobs')
      await page.keyboard.press('Escape')
      await go(page, '/services')
      await page.getByRole('button', { name: texts.common.addService }).click()
      await dialog.getByRole('button', { name: texts.common.add, exact: true }).click()
      await shot('add-service')
      await page.keyboard.press('Escape')
      await go(page, '/no/such/page')
      await shot('unknown')
      await page.route('**/api/**', (route) => route.abort())
      await go(page, '/users')
      await page.getByRole('button', { name: texts.common.retry }).waitFor()
      await shot('users-failed')
      await go(page, '/?status=completed')
      await page.getByRole('button', { name: texts.common.retry }).waitFor()
      await shot('desk-failed')
    },
    'print-customer': printed('customer'),
    'print-vendor': printed('vendor'),
    'print-admin': printed('admin'),
  }
}
