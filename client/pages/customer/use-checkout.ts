import { CheckoutModel } from '../../models/customer/checkout.ts'
import { useCustomer } from './context.ts'

/** The checkout, which keeps what was typed while other pages are open. */
export const useCheckout = (): CheckoutModel => useCustomer().checkoutBy(CheckoutModel)
