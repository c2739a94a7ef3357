/** What is loaded first: before the sign-in, and by each role after it. */
export const entries = {
  start: ['main.tsx', 'pages/auth/sign-in.tsx', 'pages/auth/register.tsx'],
  customer: ['pages/signed-in.tsx', 'pages/customer/index.tsx'],
  vendor: ['pages/signed-in.tsx', 'pages/vendor/index.tsx'],
  admin: ['pages/signed-in.tsx', 'pages/admin/index.tsx'],
}

/** Pages that a customer opens from the first one. */
export const customersOtherPages = ['checkout', 'history', 'tracking'].map((name) => `pages/customer/${name}.tsx`)
