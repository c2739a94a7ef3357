import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Actor } from '#shared/actors.ts'
import { createCatalogueService } from '../../services/catalogue.service.ts'
import { emptyStore } from '../../testing/store.ts'
import { csvOf } from './columns.ts'
import { createImportService } from './import.service.ts'

const test = suite('the catalogue as CSV')

const admin: Actor = { id: 'ada', name: 'Ada', role: 'admin' }

async function shop() {
  const { store, close } = await emptyStore()
  const catalogue = createCatalogueService({
    store,
    events: { emit() {} },
    renames: { follow: (_change, _actor, write) => write() },
    currency: 'EUR',
  })
  const imports = createImportService(catalogue)
  const run = (csv: string, dryRun = false) => imports.run(admin, csv, dryRun)
  const services = async () => (await catalogue.list(admin)).services
  return { run, services, close }
}

const file = `name;category;price;durationMinutes;days;from;to;timeZone;group;choose;required;choice
Cleaning;Home;45,50;120;1 2 3;8:00;18:00:00;Europe/Berlin;;;;
;;0;;;;;;Size;one;yes;Small
;;15;30;;;;;Size;;;Large
;;5;;;;;;Extras;several;no;=Oven
Lock change;;80;45;;;;;;;;
`

test('services with options and hours are imported, exported and imported again without a change', async () => {
  const { run, services, close } = await shop()
  assert.equal(await run(file, true), { added: 2, changed: 0, unchanged: 0, errors: [] })
  assert.equal(await services(), [], 'a dry run writes nothing')
  assert.equal(await run(file), { added: 2, changed: 0, unchanged: 0, errors: [] })
  const [cleaning, lock] = await services()
  assert.equal([cleaning?.category, cleaning?.price, lock?.price, lock?.options], ['Home', 4550, 8000, undefined])
  const hours = { days: [1, 2, 3], from: '08:00', to: '18:00', timeZone: 'Europe/Berlin' }
  assert.equal(cleaning?.availableHours, hours)
  assert.equal(
    cleaning?.options?.map(({ name, choose, required, choices }) => [name, choose, required, choices.length]),
    [
      ['Size', 'one', true, 2],
      ['Extras', 'several', false, 1],
    ],
  )
  assert.equal(await run(file), { added: 0, changed: 0, unchanged: 2, errors: [] })
  const exported = csvOf(await services())
  assert.match(exported, "'=Oven", 'no formula')
  assert.equal(await run(exported), { added: 0, changed: 0, unchanged: 2, errors: [] })
  assert.equal(await run(exported.replace('15.00', '20.00')), { added: 0, changed: 1, unchanged: 1, errors: [] })
  const large = (await services())[0]?.options?.[0]?.choices[1]
  assert.equal([large?.price, large?.id], [2000, cleaning?.options?.[0]?.choices[1]?.id], 'a choice keeps its id')
  const shorter = 'name,price,durationMinutes\nCleaning,50,120\n'
  assert.equal(await run(shorter), { added: 0, changed: 1, unchanged: 0, errors: [] })
  const [now] = await services()
  assert.equal([now?.price, now?.category, now?.options?.length], [5000, 'Home', 2], 'a missing column changes nothing')
  await close()
})

test('each bad row is named with its column, and nothing is written', async () => {
  const { run, services, close } = await shop()
  const bad = `id,name,price,currency,durationMinutes,active,days,from,to,timeZone,group,choose,required,choice
,Good,10,EUR,30,true,,,,,,,,
,Dear,"1,234.5",EUR,30,,,,,,,,,
,Long,10,USD,soon,maybe,,,,,,,,
,,10,,30,,,,,,,,,
,Good,11,,30,,,,,,,,,
gone,Lost,10,,30,,,,,,,,,
,Night,10,,30,,8,25:00,07:00,Mars/Olympus,,,,
,Choices,10,,30,,,,,,,,,
,,ten,,,,,,,,Size,one,,Large
,Twice,10,,30,,,,,,,,,
,,1,,,,,,,,Size,many,,Large
,,2,,,,,,,,Size,,,Large
,,2,,,,,,,,,,,Loose
`
  for (const dryRun of [true, false]) {
    const { errors } = await run(bad, dryRun)
    assert.equal(
      errors.map(({ row, column, code }) => `${row} ${column} ${code}`),
      [
        '3 price bad_price',
        '4 currency other_currency',
        '4 durationMinutes bad_durationMinutes',
        '4 active bad_active',
        '5 name no_name',
        '6 name service_twice',
        '7 id unknown_id',
        '8 days too_big',
        '8 from invalid_format',
        '8 timeZone custom',
        '10 price bad_price',
        '12 choose invalid_value',
        '12 choice name_twice',
        '14 group too_small',
      ],
    )
  }
  assert.equal(await services(), [])
  const head = await run('name,preis\nA,1\n', true)
  assert.equal(
    head.errors.map(({ row, column, code }) => `${row} ${column} ${code}`),
    ['1 preis unknown_column', '1 price missing_column', '1 durationMinutes missing_column'],
  )
  await close()
})

test.run()
