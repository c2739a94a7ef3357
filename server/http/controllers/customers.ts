import { CustomerList, CustomerQuery } from '#shared/customers.ts'
import type { CustomersService } from '../../services/customers.service.ts'
import { only, type Route } from '../route.ts'

export const customerRoutes = ({ customers }: { customers: Pick<CustomersService, 'find'> }): Route[] => [
  only(
    ['admin'],
    {
      method: 'get',
      path: '/customers',
      query: CustomerQuery,
      tokens: 'integration',
      summary: 'Customers by phone number or name, with and without an account',
      reply: { 200: CustomerList },
    },
    async ({ query }) => ({ status: 200, body: { customers: await customers.find(query.q) } }),
  ),
]
