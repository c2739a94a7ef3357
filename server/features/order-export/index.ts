import { ExportQuery } from '#shared/order-input.ts'
import { only } from '../../http/route.ts'
import { createOrderListsService } from '../../services/order-lists.service.ts'
import type { FeatureModule } from '../feature.ts'
import { csvOf } from './csv.ts'

/** The orders of a list as a file for spreadsheets. */
export const orderExport: FeatureModule = {
  name: 'order-export',
  create({ store, clock }) {
    const lists = createOrderListsService({ store, clock })
    return {
      routes: [
        only(
          ['admin'],
          {
            method: 'get',
            path: '/orders/export.csv',
            query: ExportQuery,
            tokens: 'any',
            summary: 'The orders of a list as CSV',
            reply: { 200: 'text/csv' },
            errors: ['forbidden'],
          },
          async ({ identity, query }) => ({
            status: 200,
            headers: {
              'Content-Type': 'text/csv; charset=utf-8',
              'Content-Disposition': 'attachment; filename="orders.csv"',
            },
            stream: csvOf(await lists.all(identity, query)),
            // Not the text of the search: names, mostly.
            log: { message: 'orders exported', from: query.from, to: query.to },
          }),
        ),
      ],
    }
  },
}
