import type { Page } from 'playwright-core'

/**
 * Elements that are wider than the window, cells that overflow, texts that leave a box around them, and short words and
 * amounts that are broken.
 */
export function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth > window.innerWidth ? ['wider than the window'] : []
    const cells = [...document.querySelectorAll('th, td, td > *')].filter(
      (cell) => cell.checkVisibility() && cell.scrollWidth > cell.clientWidth + 1 && cell.clientWidth > 0,
    )
    const cut = cells.filter((cell) => getComputedStyle(cell).textOverflow !== 'ellipsis')
    const texts: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const [data, parent] = [node.textContent ?? '', node.parentElement]
      if (!data.trim() || !parent?.checkVisibility() || parent.closest('code, pre, select, .sr-only')) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const box = range.getBoundingClientRect()
      for (let around: Element | null = parent; around; around = around.parentElement) {
        const { display, overflowX, position } = getComputedStyle(around)
        if (overflowX !== 'visible') break
        if (/inline|contents/.test(display)) continue
        const { left, right } = around.getBoundingClientRect()
        if (box.left < left - 1 || box.right > right + 1) {
          texts.push(`a text leaves <${around.localName} class="${around.className}">: ${data.slice(0, 60)}`)
          break
        }
        if (position === 'absolute' || position === 'fixed') break
      }
      for (const { 0: word, index } of data.matchAll(/[^\s\p{Pd}/]+/gu)) {
        if (/[\u3000-\u9fff]/.test(word) || word.length > (/\d/.test(word) ? 16 : 10)) continue
        range.setStart(node, index)
        range.setEnd(node, index + word.length)
        const lines = new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom / 8)))
        if (lines.size > 1) texts.push(`a word is broken: ${word}`)
      }
    }
    return [...wide, ...new Set(cut.map((cell) => `a column overflows: ${cell.outerHTML.slice(0, 90)}`)), ...texts]
  })
}
