/** The texts of e-mails. `{number}`, `{vendor}` and `{when}` stand for the order's values. */
export const en = {
  events: {
    'order.placed': {
      subject: 'Order {number} received',
      heading: 'We have received your order',
      body: 'We’ll write again as soon as a vendor has taken it.',
    },
    'order.accepted': {
      subject: '{vendor} has taken your order {number}',
      heading: '{vendor} has taken your order',
      body: 'You’ll hear from us when {vendor} sets off.',
    },
    'order.on_the_way': {
      subject: '{vendor} is on the way to you',
      heading: '{vendor} is on the way to you',
      body: 'You can follow the journey on the page of your order.',
    },
    'order.completed': {
      subject: 'Receipt for order {number}',
      heading: '{vendor} has completed your order',
      body: 'Thank you for your order. Below is your receipt.',
    },
    'order.failed': {
      subject: 'Order {number} could not be completed',
      heading: '{vendor} could not complete your order',
      body: 'Please tell us what you would like to do next, or order again for another time.',
    },
    'order.cancelled': {
      subject: 'Order {number} was cancelled',
      heading: 'Your order was cancelled',
      body: 'If you still need the service, please order it again.',
    },
    'order.rejected': {
      subject: 'No vendor could take order {number}',
      heading: 'Sorry, no vendor could take your order',
      body: 'Please order again for another time.',
    },
    'order.released': {
      subject: 'We’re looking for another vendor for order {number}',
      heading: 'We’re looking for another vendor',
      body: 'The vendor who had taken your order can’t come. We’ll write again as soon as another one has taken it.',
    },
    'message.received': {
      subject: 'New message about order {number}',
      heading: 'You have a new message about your order',
      body: 'You can read it and answer on the page of your order.',
    },
  },
  scheduled: {
    'order.placed': { subject: 'Order {number} received for {when}' },
    'order.accepted': {
      subject: 'Scheduled: {when}, order {number}',
      heading: '{vendor} comes on {when}',
      body: 'You’ll hear from us when {vendor} sets off.',
    },
  },
  labels: {
    order: 'Order',
    when: 'When',
    asSoonAsPossible: 'As soon as possible',
    services: 'Services',
    vendor: 'Vendor',
    completed: 'Completed',
    reason: 'Reason',
    note: 'Note from {vendor}',
    total: 'Total',
  },
  open: 'View order',
  why: 'You get this e-mail because you ordered on Callout.',
  unsubscribe: 'Stop these e-mails',
  unsubscribePage: {
    title: 'E-mails about your orders',
    question: 'Do you want to stop all e-mails about your orders? The page of an order still shows everything.',
    button: 'Stop these e-mails',
    done: 'You’ll get no more e-mails about your orders. You can turn them on again in the page, under “Notifications”.',
  },
}
