import { parseSync, Visitor, type Plugin } from 'vite'
import { none } from './vite.config.ts'

/** Packets that mqtt-packet parses for a broker only, and the one of MQTT 5. */
const notReceived = /^(connect|subscribe|unsubscribe|auth)$/
/** Packets that mqtt-packet writes for a broker only, and the one of MQTT 5. */
const notSent = /^(connack|suback|unsuback|auth)$/
/** Methods of the parser for those packets and for properties, which are MQTT 5. */
const unusedMethods = /^_parse(Connect|Subscribe|Unsubscribe|Auth|Properties|ByType|Byte|Buffer|StringPair|4ByteNum)$/
/** Tables of mqtt-packet for MQTT 5 or a broker only. */
const unusedTables =
  /^(MQTT5_\w+|properties|propertiesCodes|propertiesTypes|SUBSCRIBE_OPTIONS_RH|CONNACK_HEADER|SUBACK_HEADER)$/

/** What is left out of a module of mqtt.js or mqtt-packet: pieces of its text, and what stands there instead. */
function cuts(file: string, code: string) {
  const found: { start: number; end: number; by: string }[] = []
  const cut = ({ start, end }: { start: number; end: number }, by = '') => void found.push({ start, end, by })
  const nameOf = ({ start, end }: { start: number; end: number }) => code.slice(start, end).replaceAll("'", '')
  const other = file.endsWith('parser.js') ? notReceived : file.endsWith('writeToStream.js') ? notSent : null
  new Visitor({
    // Calls of the log.
    ExpressionStatement(node) {
      const { expression } = node
      if (expression.type === 'CallExpression') {
        const { callee } = expression
        if (callee.type === 'Identifier' && callee.name === 'debug') cut(node, ';')
        if (callee.type === 'MemberExpression' && nameOf(callee.property) === 'log') cut(node, ';')
      }
      if (!file.endsWith('constants.js') || expression.type !== 'AssignmentExpression') return
      const { left } = expression
      if (left.type === 'MemberExpression' && unusedTables.test(nameOf(left.property))) cut(node)
    },
    ForInStatement(node) {
      if (file.endsWith('constants.js') && code.slice(node.start, node.end).includes('propertiesCodes')) cut(node)
    },
    // The broker is asked for MQTT 3.1.1 (mqtt-connection.ts), so every question for version 5 is answered here.
    BinaryExpression(node) {
      const { left, operator, right } = node
      const asked =
        left.type === 'MemberExpression' ? nameOf(left.property) : left.type === 'Identifier' ? left.name : ''
      if (!/^(protocolVersion|version)$/.test(asked) || right.type !== 'Literal' || right.value !== 5) return
      if (operator === '===') cut(node, 'false')
      if (operator === '!==') cut(node, 'true')
    },
    SwitchCase(node) {
      if (other && node.test?.type === 'Literal' && other.test(String(node.test.value))) cut(node)
    },
    MethodDefinition(node) {
      if (file.endsWith('parser.js') && unusedMethods.test(nameOf(node.key))) cut(node)
    },
  }).visit(parseSync(file, code).program)
  return found
}

/** Leaves out of mqtt.js and mqtt-packet what a browser that speaks MQTT 3.1.1 never runs: a third of their size. */
export const leanMqtt: Plugin = {
  name: 'lean-mqtt',
  apply: 'build',
  enforce: 'pre',
  // For its version alone. Our own pages import a file of the same path, so it is no alias.
  resolveId: (source, importer) =>
    source === '../../package.json' && importer?.includes('/node_modules/mqtt/') ? none : null,
  transform(code, id) {
    const [, file] = /\/node_modules\/(mqtt(?:-packet)?\/.*\.js)$/.exec(id) ?? []
    if (!file) return
    let lean = ''
    let position = 0
    for (const { start, end, by } of cuts(file, code).sort((a, b) => a.start - b.start)) {
      // A piece within a piece that is left out.
      if (start < position) continue
      lean += code.slice(position, start) + by
      position = end
    }
    return lean + code.slice(position)
  },
}
