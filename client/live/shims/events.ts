type Listener = (...values: unknown[]) => void

/**
 * The part of Node's `events` that mqtt.js uses. It copies the methods into a class of its own and never calls the
 * constructor, so the table is made with the first listener.
 */
export class EventEmitter {
  declare _listeners?: Record<string, Listener[]>

  on(name: string, listener: Listener): this {
    this._listeners ??= {}
    this._listeners[name] = [...(this._listeners[name] ?? []), listener]
    return this
  }

  once(name: string, listener: Listener): this {
    const first = (...values: unknown[]) => {
      this.removeListener(name, first)
      listener.apply(this, values)
    }
    first.listener = listener
    return this.on(name, first)
  }

  removeListener(name: string, listener: Listener): this {
    const listeners = this._listeners?.[name] ?? []
    const index = listeners.findLastIndex((one) => one === listener || ('listener' in one && one.listener === listener))
    if (this._listeners && index >= 0) this._listeners[name] = listeners.toSpliced(index, 1)
    return this
  }

  emit(name: string, ...values: unknown[]): boolean {
    // The arrays are replaced, never changed: a listener may remove itself.
    const listeners = this._listeners?.[name] ?? []
    if (name === 'error' && listeners.length === 0) throw values[0]
    for (const listener of listeners) listener.apply(this, values)
    return listeners.length > 0
  }

  setMaxListeners(): this {
    return this
  }
}

export default EventEmitter
