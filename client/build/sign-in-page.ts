import { build, runnerImport, type Plugin, type ResolvedConfig } from 'vite'
import type { signInHtml } from './sign-in-html.tsx'

/**
 * Puts the sign-in page into index.html, so that it is shown before any script is there: the rendered form, the style, and
 * first-paint.ts. Each further language gets a file, index.<language>.html, from which the server chooses
 * (server/http/client-pages.ts). prerendered.ts takes the form over.
 */
export function signInPage(plugins: () => Plugin[]): Plugin {
  let config: ResolvedConfig
  return {
    name: 'sign-in-page',
    apply: 'build',
    enforce: 'post',
    configResolved: (resolved) => void (config = resolved),
    transformIndexHtml: {
      order: 'pre',
      // Otherwise each chunk that is loaded later would name the file and load it.
      handler: (html) => html.replace(/ *<link rel="stylesheet" href="\/style.css" \/>\n/, ''),
    },
    async generateBundle(_options, bundle) {
      const page = bundle['index.html']
      if (page?.type !== 'asset') this.error('The build has no index.html')
      const { style, script } = await inlined(config, plugins())
      const { module } = await runnerImport<{ signInHtml: typeof signInHtml }>(
        `${config.root}/build/sign-in-html.tsx`,
        { root: config.root, resolve: { alias: config.resolve.alias }, logLevel: 'error' },
      )
      const template = String(page.source)
      if (template.includes('"stylesheet"') || !template.includes('<div id="app"></div>'))
        this.error('index.html is not what this plugin replaces')
      for (const [language, form] of module.signInHtml) {
        // The scripts need the texts as well; those of English are in the first chunk.
        const isTexts = new RegExp(`/i18n/${language}\\.ts\\?part=start$`)
        const texts = Object.values(bundle).find(
          (file) => file.type === 'chunk' && file.moduleIds.some((id) => isTexts.test(id)),
        )
        const preload =
          texts && language !== 'en' ? `<link rel="modulepreload" crossorigin href="/${texts.fileName}">` : ''
        const source = template
          .replace('<html lang="en">', `<html lang="${language}">`)
          .replace('</head>', () => `  ${preload}<style>${style}</style><script>${script}</script>\n  </head>`)
          .replace('<div id="app"></div>', () => `<div id="app">${form}</div>`)
        if (language === 'en') page.source = source
        else this.emitFile({ type: 'asset', fileName: `index.${language}.html`, source })
      }
    },
  }
}

/** style.css and first-paint.ts, built for the browsers of the page. */
async function inlined({ root, build: { target, cssTarget } }: ResolvedConfig, plugins: Plugin[]) {
  const input = { style: `${root}/style.css`, script: `${root}/build/first-paint.ts` }
  const built = await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins,
    build: { write: false, target, cssTarget, modulePreload: false, rolldownOptions: { input } },
  })
  const files = [built].flat().flatMap((one) => ('output' in one ? one.output : []))
  const style = files.find((file) => file.type === 'asset' && file.fileName.endsWith('.css'))
  const script = files.find((file) => file.type === 'chunk' && file.name === 'script')
  if (style?.type !== 'asset' || script?.type !== 'chunk' || script.imports.length > 0)
    throw new Error('style.css or first-paint.ts was not built as one file')
  return { style: String(style.source).trim(), script: `(()=>{${script.code.trim()}})()` }
}
