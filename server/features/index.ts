// The features of this server, one line each. A feature is removed with its folder and its line.
export { accounts } from './accounts/index.ts'
export { devices } from './devices/index.ts'
export { locations } from './locations/index.ts'
export { notifications } from './notifications/index.ts'
