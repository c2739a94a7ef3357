export interface Instruction {
  /** Such as RUN. */
  name: string
  rest: string
}

/** The instructions of a Dockerfile, without comments, each on one line. */
export function readDockerfile(text: string): Instruction[] {
  return text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? []
      return { name, rest }
    })
}

/** The words of a command in its JSON form: `["callout", "start"]`. */
export function wordsOf(json: string): string[] {
  const words: unknown = JSON.parse(json)
  if (!Array.isArray(words)) throw new Error(`not a list of words: ${json}`)
  return words.map(String)
}
