import { register } from 'tsx/esm/api'

// tsx teaches the main thread only.
register()
