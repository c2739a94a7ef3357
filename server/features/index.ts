// The features of this server, one line each. A feature is removed with its folder and its line.
export { accounts } from './accounts/index.ts'
export { audit } from './audit/index.ts'
export { devices } from './devices/index.ts'
export { locations } from './locations/index.ts'
export { notifications } from './notifications/index.ts'
export { oidc } from './oidc/index.ts'
export { secondFactor } from './second-factor/index.ts'
export { webhooks } from './webhooks/index.ts'
