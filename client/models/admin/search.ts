import { fullContact, type Order } from '#shared/orders.ts'
import { adminSearchTokens, searchTest, searchTokens } from '#shared/search.ts'

/** The test of whether an order matches an admin's search. The server's lists answer the same. */
export function searchFilter(q: string): (order: Order) => boolean {
  const matches = searchTest(q)
  return (order) => matches(tokensOf(order))
}

function tokensOf(order: Order): string[] {
  const contact = fullContact(order)
  return [...searchTokens(order), ...(contact ? adminSearchTokens({ contact }) : [])]
}
