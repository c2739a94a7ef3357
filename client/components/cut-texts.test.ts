import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

/** Where a text may be cut off, and how the reader gets to the rest. */
const wayToTheRest: Record<string, string> = {
  'components/long-text.tsx': 'its own button',
  'pages/customer/service-card.tsx': 'LongText',
  'pages/customer/history.tsx': 'the card is a link to the order',
  'pages/customer/open-orders.tsx': 'the row is a link to the order',
  'pages/notifications.tsx': 'the row is a link to the order',
  'pages/vendor/finished.tsx': 'the row is a link to the order',
  'pages/vendor/order-card.tsx': 'LongText',
  'pages/admin/areas.tsx': 'the row has a button that opens the area',
  'pages/admin/order-row.tsx': 'the row opens the order',
  'pages/admin/services.tsx': 'the row opens the service',
}

test('a text is cut off only where the reader has a way to the rest', () => {
  const files = ['components', 'pages'].flatMap((folder) =>
    readdirSync(`client/${folder}`, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  )
  const cutting = files.filter(
    (path) =>
      /(?<!\.test)\.tsx$/.test(path) && /["'` ](truncate|line-clamp-)/.test(readFileSync(`client/${path}`, 'utf8')),
  )
  assert.equal(cutting.sort(), Object.keys(wayToTheRest).sort())
})

test.run()
