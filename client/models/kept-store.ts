import { createStore } from 'idb-keyval'

/** Where a page keeps in IndexedDB what must outlive it. */
export const keptStore = () => createStore('callout', 'kept')
