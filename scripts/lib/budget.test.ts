import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { customerShare, shares, trackingShare, type Manifest } from './budget.ts'

const manifest: Manifest = {
  'index.html': {
    file: 'index.js',
    imports: ['_preact.js', '_form.js'],
    dynamicImports: ['pages/orders.tsx'],
  },
  '_preact.js': { file: 'preact.js' },
  '_zod.js': { file: 'zod.js', imports: ['_preact.js'] },
  '_form.js': { file: 'form.js' },
  '_socket.js': { file: 'socket.js', imports: ['_zod.js'] },
  'pages/orders.tsx': { file: 'orders.js', imports: ['_zod.js'], dynamicImports: ['live/mqtt.ts'] },
  'live/mqtt.ts': { file: 'mqtt.js', imports: ['_socket.js', '_preact.js'] },
}

const without = (name: string): Manifest => Object.fromEntries(Object.entries(manifest).filter(([key]) => key !== name))

const test = suite('the budget')

test('the budget of the sign-in page counts static imports and the page itself', () => {
  const [share] = shares(manifest)
  assert.equal(share?.chunks.sort(), ['_form.js', '_preact.js', 'index.html'])
  assert.is(share?.page, 'index.html')
})

test('the budget of the live connection counts chunks that nothing else loads', () => {
  const [, connection] = shares(manifest)
  assert.equal(connection?.chunks.sort(), ['_socket.js', 'live/mqtt.ts'])
})

test('a missing chunk is an error', () => {
  assert.throws(() => shares(without('index.html')), 'the entry')
  assert.throws(() => shares(without('live/mqtt.ts')), 'the live connection')
  assert.throws(() => trackingShare(manifest), 'the page of tracking links')
})

test('the budget of customers counts all that is loaded until their first page is live', () => {
  const pages: Manifest = {
    ...manifest,
    '_signed-in.js': {
      file: 'signed-in.js',
      name: 'signed-in',
      imports: ['_zod.js'],
      dynamicImports: ['_customer.js'],
    },
    '_customer.js': { file: 'customer.js', name: 'customer', css: ['customer.css'], dynamicImports: ['later.js'] },
    'later.js': { file: 'later.js' },
    'i18n/en.ts?part=customer': { file: 'en.js' },
  }
  const { chunks, styles } = customerShare(pages)
  assert.ok(styles)
  assert.equal(chunks.sort(), [
    '_customer.js',
    '_form.js',
    '_preact.js',
    '_signed-in.js',
    '_socket.js',
    '_zod.js',
    'i18n/en.ts?part=customer',
    'index.html',
    'live/mqtt.ts',
  ])
  assert.throws(() => customerShare(manifest), 'all signed-in pages')
})

test('the budget of the page of tracking links counts what it loads before the live connection', () => {
  const { chunks } = trackingShare({
    't/index.html': { file: 't.js', imports: ['_zod.js'], dynamicImports: ['live/mqtt.ts'] },
    '_zod.js': { file: 'zod.js' },
    'live/mqtt.ts': { file: 'mqtt.js', imports: ['_zod.js'] },
  })
  assert.equal(chunks.sort(), ['_zod.js', 't/index.html'])
})

test.run()
