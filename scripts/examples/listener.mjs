// Prints every change of every order, with the library of client/live/README.md. In a checkout: npm run build first.
//   TOKEN=tok_… node scripts/examples/listener.mjs [http://127.0.0.1:3000]
import { connect } from 'callout/live'

const callout = connect({ url: process.argv[2] ?? 'http://127.0.0.1:3000', token: process.env.TOKEN ?? '' })
let phase = ''

callout.on('change', ({ orders, vendors }) => {
  if (callout.state.phase !== phase)
    console.log(...[(phase = callout.state.phase), callout.state.message].filter(Boolean))
  if (phase === 'refused') process.exitCode = 1
  for (const id of orders) {
    const order = callout.orders.get(id)
    if (order) console.log(order.number, order.status, 'version', order.version, order.vendor?.name ?? '')
  }
  for (const id of vendors) console.log(callout.vendors.get(id)?.name, callout.vendors.get(id)?.status)
})

process.once('SIGINT', callout.close)
