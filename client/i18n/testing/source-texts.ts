import { parseSync, Visitor, type ESTree } from 'vite'

/** Attributes that hold texts a person reads. */
const textAttributes = /^(label|placeholder|title|alt|help|term|message|aria-(label|description|roledescription))$/
const otherAttributes = /^(class|icon|href|path|d|rel|autocomplete)$/

interface Found {
  start: number
  end: number
  text: string
}

/** Finds texts a person reads that stand in a source file instead of the dictionary. */
export function sourceTexts(fileName: string, code: string): string[] {
  const found: Found[] = []
  const ignored: { start: number; end: number }[] = []
  const ignore = (node: { start: number; end: number }) => void ignored.push(node)
  const add = ({ start, end }: { start: number; end: number }, text: string) =>
    found.push({ start, end, text: text.trim().replace(/\s+/g, ' ') })

  new Visitor({
    ImportDeclaration: ignore,
    ImportExpression: ignore,
    BinaryExpression: ignore,
    TSLiteralType: ignore,
    NewExpression: ignore,
    SwitchCase: ({ test }) => test && ignore(test),
    JSXText: (node) => /\p{L}/u.test(node.value) && add(node, node.value),
    JSXAttribute(node) {
      const name = node.name.type === 'JSXIdentifier' ? node.name.name : ''
      if (otherAttributes.test(name)) return ignore(node)
      if (!textAttributes.test(name) || !node.value) return
      if (node.value.type === 'JSXExpressionContainer') addShown(node.value.expression)
      else addShown(node.value)
    },
    JSXElement: ({ children }) => {
      for (const child of children) if (child.type === 'JSXExpressionContainer') addShown(child.expression)
    },
    Literal: (node) => typeof node.value === 'string' && isProse(node.value) && add(node, node.value),
    TemplateElement: (node) => isProse(node.value.raw) && add(node, node.value.raw),
  }).visit(parseSync(fileName, code).program)

  /** What is shown as it stands: in a text attribute or between tags even one small letter is a text. */
  function addShown(node: ESTree.Expression | ESTree.JSXEmptyExpression | ESTree.JSXElement | ESTree.JSXFragment) {
    if (node.type === 'Literal' && typeof node.value === 'string' && /\p{L}/u.test(node.value)) add(node, node.value)
    if (node.type === 'TemplateLiteral')
      for (const part of node.quasis) if (/\p{L}/u.test(part.value.raw)) add(part, part.value.raw)
    if (node.type === 'ConditionalExpression') [node.consequent, node.alternate].forEach(addShown)
    if (node.type === 'LogicalExpression') addShown(node.right)
  }

  const within = ({ start, end }: Found) => ignored.some((node) => node.start <= start && end <= node.end)
  return [...new Set(found.filter((one) => !within(one)).map(({ text }) => text))]
}

/** A capitalised word, or several words that are no list of CSS classes. */
function isProse(text: string): boolean {
  if (/^\s*\p{Lu}\p{Ll}/u.test(text)) return true
  return /\p{L}{2,} \p{L}{2,}/u.test(text) && !/\S[-:]\S/.test(text)
}
