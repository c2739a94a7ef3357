/** What is used of qlobber, which brings no types. */
declare module 'qlobber' {
  export class QlobberDedup<Value> {
    constructor(options: {
      separator: string
      wildcard_one: string
      wildcard_some: string
      match_empty_levels: boolean
    })
    add(filter: string, value: Value): this
    remove(filter: string, value: Value): this
    match(topic: string): Set<Value>
  }
}
