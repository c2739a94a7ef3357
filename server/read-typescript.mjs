import { register } from 'tsx/esm/api'

// tsx registers its loader in the main thread only; worker threads import this file.
register()
