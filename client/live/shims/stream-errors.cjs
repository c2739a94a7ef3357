// Replaces the error classes of readable-stream: the code alone says what went wrong.
const ofCode = (code) =>
  class extends Error {
    constructor(...details) {
      super(`${code} ${details.map(String).join(' ')}`.trim())
      this.code = code
    }
  }
const cached = {}
module.exports = {
  codes: new Proxy(cached, { get: (_cached, code) => (cached[code] ??= ofCode(code)) }),
  AbortError: ofCode('ABORT_ERR'),
  aggregateTwoErrors: (inner, outer) => inner ?? outer,
  hideStackFrames: (work) => work,
}
