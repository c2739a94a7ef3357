import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const test = suite('links and file names in Markdown files')

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).split('\0').filter(Boolean)
/** Tracked files and new ones that are not ignored. */
const files = git('ls-files', '-z', '--cached', '--others', '--exclude-standard').filter((file) => existsSync(file))
const documents = files.filter((file) => file.endsWith('.md'))

/** The document without its code blocks, whose commands and output are not references. */
const withoutCodeBlocks = (markdown: string) => markdown.replaceAll(/^( *)(```|~~~)[\s\S]*?^\1\2.*$/gm, '')

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-')

function anchorsIn(markdown: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of withoutCodeBlocks(markdown).matchAll(/^#{1,6} +(.*)$/gm)) {
    const anchor = anchorOf(heading)
    let unique = anchor
    for (let n = 1; anchors.has(unique); n++) unique = `${anchor}-${n}`
    anchors.add(unique)
  }
  return anchors
}

/** Targets of links and images that are not URLs. */
const relativeLinks = (markdown: string): string[] =>
  [...withoutCodeBlocks(markdown).matchAll(/\]\(([^)\s]+)[^)]*\)|<(?:a|img)\b[^>]*?(?:href|src)="([^"]+)"/g)]
    .map(([, markdownTarget, htmlTarget]) => markdownTarget ?? htmlTarget ?? '')
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))

function brokenLinks(document: string, markdown: string): string[] {
  return relativeLinks(markdown).filter((target) => {
    const [path = '', anchor] = target.split('#')
    const file = path ? normalize(join(dirname(document), decodeURIComponent(path))) : document
    if (!existsSync(file)) return true
    if (anchor === undefined) return false
    return !file.endsWith('.md') || !anchorsIn(readFileSync(file, 'utf8')).has(anchor)
  })
}

const folders = new Set(files.map((file) => file.split('/')[0] ?? '').filter((name) => statSync(name).isDirectory()))
const extension = /\.(ts|tsx|mts|mjs|json|md|sh|svg|png|css)$/

/** Whether text in backticks names a file or folder of this repository: topics, routes, URLs and packages do not. */
function namesFile(text: string): boolean {
  if (/[\s*{}<>()…+=:'"]/.test(text) || text.startsWith('/') || text.startsWith('~')) return false
  if (extension.test(text)) return !text.startsWith('.')
  return text.includes('/') && (/^\.{1,2}\//.test(text) || folders.has(text.split('/')[0] ?? ''))
}

/** Generated files that documents may name. */
const generated = /^(\.\/)?(dist|data|node_modules)(\/|$)/

function missingFiles(document: string, markdown: string): string[] {
  const texts = [...withoutCodeBlocks(markdown).matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, text = '']) => text)
  return texts.filter((text) => {
    const [path = ''] = text.split('#')
    if (!namesFile(path) || generated.test(path)) return false
    if (existsSync(join(dirname(document), path)) || existsSync(path)) return false
    return files.filter((file) => file.endsWith(`/${path}`)).length !== 1
  })
}

test('finds broken links and missing files', () => {
  const markdown = [
    '# One heading: `here`',
    '[a](README.md) [b](none.md) [c](#one-heading-here) [d](#none) [e](https://example.org/x.md)',
    '`scripts/test.ts` `scripts/none.ts` `readme-links.test.ts` `orders/new` `/api/orders` `none.ts` `npm run x.ts`',
    '```\n[f](none.md) `scripts/none.ts`\n```',
  ].join('\n')
  assert.equal(
    brokenLinks('README.md', markdown).filter((target) => !target.startsWith('#one-')),
    ['none.md', '#none'],
  )
  assert.ok(anchorsIn(markdown).has('one-heading-here'))
  assert.equal(missingFiles('README.md', markdown), ['scripts/none.ts', 'none.ts'])
})

for (const document of documents) {
  test(`every link and file name in ${document} exists`, () => {
    const markdown = readFileSync(document, 'utf8')
    assert.equal(brokenLinks(document, markdown), [], 'broken links')
    assert.equal(missingFiles(document, markdown), [], 'missing files')
  })
}

test('a test that a document names, as [file](path): `title`, exists', () => {
  let named = 0
  for (const document of documents) {
    for (const [, target = '', title = ''] of readFileSync(document, 'utf8').matchAll(
      /\]\((\S+\.test\.ts)\): `([^`]+)`/g,
    )) {
      named++
      const source = readFileSync(join(dirname(document), target), 'utf8')
      assert.match(source.replaceAll(/^\s*\/\/.*$/gm, ''), title, `${document}: ${title}`)
    }
  }
  assert.ok(named > 0)
})

test.run()
