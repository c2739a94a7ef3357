import { createStore } from 'idb-keyval'

/** The page's store in IndexedDB. */
export const offlineStore = () => createStore('callout', 'kept')
