import { computed, effect, signal, type ReadonlySignal } from '@preact/signals'
import type { Service } from '#shared/catalogue.ts'
import { chosenOptions, optionProblems, priceOfOptions } from '#shared/choose-options.ts'
import { CustomerList, type FoundCustomer } from '#shared/customers.ts'
import { PlaceOrder } from '#shared/order-input.ts'
import { Order } from '#shared/orders.ts'
import { t } from '../../i18n/index.ts'
import type { Api } from '../../live/api.ts'
import type { Orders } from '../../live/orders.ts'
import { positionValue, readPosition, whereOf } from '../place/position-field.ts'
import { createAbleCheck } from '../orders/able-check.ts'
import { createSubmissionKey } from '../session/submission-key.ts'
import { timeOf } from '../ui/schedule-time.ts'
import { createForm } from '../ui/form.ts'

export interface NewOrderDependencies {
  api: Pick<Api, 'get' | 'post'>
  orders: Pick<Orders, 'apply'>
  /** The catalogue; null until it is loaded. */
  services: ReadonlySignal<readonly Service[] | null>
  setTimer?: (work: () => void, milliseconds: number) => ReturnType<typeof setTimeout>
}

const empty = {
  phone: '',
  name: '',
  email: '',
  address: '',
  area: '',
  position: '',
  service: '',
  quantity: '1',
  when: 'now',
  time: '',
  notes: '',
  vendor: '',
}

/** The shortest part of a phone number that is searched for. */
const shortestSearch = 4

/** An order that an admin places for a caller. The model that creates it ends its effects. */
export function createNewOrder({ api, orders, services, setTimer = setTimeout }: NewOrderDependencies) {
  const form = createForm(empty, {
    paths: {
      phone: 'contact.phone',
      address: 'contact.address',
      area: 'contact.area',
      name: 'customer.name',
      email: 'customer.email',
      service: 'items.0.serviceId',
      quantity: 'items.0.quantity',
      time: 'scheduledFor',
      vendor: 'vendorId',
    },
  })
  const found = signal<readonly FoundCustomer[]>([])
  const chosen = signal<FoundCustomer | null>(null)
  const phone = computed(() => form.values.value.phone.trim())
  const submission = createSubmissionKey('submission.caller')
  const service = computed(() => services.value?.find(({ id }) => id === form.values.value.service) ?? null)
  const chosenChoices = signal<readonly string[]>([])
  /** Of another service than the chosen one none is left. */
  const choices = computed(() => {
    const known = new Set(service.value?.options?.flatMap((group) => group.choices.map(({ id }) => id)))
    return chosenChoices.value.filter((choice) => known.has(choice))
  })
  const problems = computed(() => optionProblems(service.value?.options ?? [], choices.value))
  const tried = signal(false)
  /** null until a service and a quantity are chosen. */
  const total = computed(() => {
    const count = Number(form.values.value.quantity)
    if (!service.value || !Number.isInteger(count) || count < 1) return null
    const { price, options = [] } = service.value
    return (price + priceOfOptions(chosenOptions(options, choices.value))) * count
  })
  let searched = ''

  async function search(q: string): Promise<void> {
    const { customers } = await api
      .get(`/customers?q=${encodeURIComponent(q)}`, CustomerList)
      .catch(() => ({ customers: [] }))
    if (searched === q) found.value = customers
  }

  effect(() => {
    const q = phone.value
    if (q === searched) return
    searched = q
    if (q.length < shortestSearch) {
      found.value = []
      return
    }
    setTimer(() => void (searched === q && search(q)), 200)
  })

  const check = createAbleCheck({
    api,
    order: computed(() => {
      const { service: serviceId, ...where } = form.values.value
      return { serviceIds: serviceId ? [serviceId] : [], contact: whereOf(where) }
    }),
    setTimer,
  })

  return {
    form,
    /** Why no vendor can do it; null while one can. */
    refusal: check.refusal,
    /** Customers whose number matches what was typed. */
    found,
    /** The one the order is for; null for a new customer. */
    chosen,
    /** The chosen service. */
    service,
    /** Of its options, by id. */
    choices,
    setChoices: (next: readonly string[]) => void (chosenChoices.value = next),
    /** Of the options, once it was tried to place the order without them. */
    problems: computed(() => (tried.value ? problems.value : [])),
    total,
    choose(customer: FoundCustomer | null): void {
      chosen.value = customer
      if (!customer) return
      const { name, contact } = customer
      searched = contact?.phone ?? customer.phone ?? phone.peek()
      form.change('phone', searched)
      form.change('name', name)
      form.change('address', contact?.address ?? '')
      form.change('area', contact?.area ?? '')
      form.change('position', positionValue(contact, 'place'))
      found.value = []
    },
    /** Resolves to the order; null when it was not placed: the form shows why. */
    async place(): Promise<Order | null> {
      const { name, email, address, area, position, quantity, when, time, notes, ...values } = form.values.peek()
      tried.value = true
      const scheduled = when === 'later' ? timeOf(time) : null
      const customer = chosen.peek()
      const body = {
        customer: customer
          ? { id: customer.id }
          : { name, phone: phone.peek(), ...(email.trim() && { email: email.trim() }) },
        items: [
          {
            serviceId: values.service,
            quantity: Number(quantity),
            ...(choices.peek().length > 0 && { options: choices.peek() }),
          },
        ],
        contact: { phone: phone.peek(), address, ...(area.trim() && { area }), ...readPosition(position) },
        ...(notes.trim() && { notes }),
        ...(typeof scheduled === 'string' && { scheduledFor: scheduled }),
        ...(total.peek() !== null && { expectedTotal: total.peek() }),
      }
      return form.submit(
        PlaceOrder,
        body,
        async (input) => {
          const order = await api.post('/orders', Order, input, { 'idempotency-key': submission.keyFor(input) })
          submission.done()
          orders.apply(order)
          return order
        },
        {
          ...(typeof scheduled === 'function' && { time: scheduled }),
          ...(values.service === '' && { service: () => t().newOrder.chooseService }),
          ...(problems.peek().length > 0 && { service: () => t().newOrder.chooseOptions }),
          ...(!customer && name.trim() === '' && { name: () => t().newOrder.nameNeeded }),
        },
      )
    },
  }
}
