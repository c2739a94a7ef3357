import { createStore } from 'idb-keyval'

/** Where a page keeps in IndexedDB what must outlive it. */
export const offlineStore = () => createStore('callout', 'kept')
