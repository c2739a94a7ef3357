import { parseSync, Visitor, type ESTree } from 'vite'

export interface Uses {
  /** Paths such as `common.add`. A path of a parent uses all keys below it. */
  paths: Set<string>
  /** Uses of `t()` or of a whole area, which would hide unused keys. */
  aliases: string[]
}

interface Chain {
  /** Offset of the call `t()`. */
  root: number
  path: string[]
  computed: boolean
}

/** Reads which keys of the dictionary a source file uses. */
export function dictionaryUses(fileName: string, code: string): Uses {
  const uses: Uses = { paths: new Set(), aliases: [] }
  const seen = new Set<number>()

  const add = (chain: Chain | null, names: readonly string[] = []) => {
    // The visitor enters the longest chain first; the shorter ones are parts of it.
    if (!chain || seen.has(chain.root)) return
    seen.add(chain.root)
    const path = chain.path.join('.')
    for (const name of names) uses.paths.add([...chain.path, name].join('.'))
    if (names.length > 0) return
    if (chain.path.length < 2 && !chain.computed) uses.aliases.push(`${fileName}: t().${path}`)
    uses.paths.add(path)
  }

  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type !== 'ObjectPattern' || !init) return
      const names = id.properties.flatMap((property) =>
        property.type === 'Property' && property.key.type === 'Identifier' ? property.key.name : [],
      )
      add(chainOf(init), names)
    },
    MemberExpression: (node) => add(chainOf(node)),
    CallExpression: (node) => add(chainOf(node)),
  }).visit(parseSync(fileName, code).program)
  return uses
}

/** `t().area.key` as a path. After a computed access the path ends: it stands for all keys below. */
function chainOf(node: ESTree.Expression | ESTree.Super): Chain | null {
  if (node.type === 'ChainExpression') return chainOf(node.expression)
  if (node.type === 'CallExpression') {
    const called = node.callee.type === 'Identifier' && node.callee.name === 't' && node.arguments.length === 0
    return called ? { root: node.start, path: [], computed: false } : null
  }
  if (node.type !== 'MemberExpression') return null
  const chain = chainOf(node.object)
  if (!chain || chain.computed) return chain
  if (node.computed || node.property.type !== 'Identifier') return { ...chain, computed: true }
  return { ...chain, path: [...chain.path, node.property.name] }
}
