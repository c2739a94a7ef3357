const digit = /\p{Nd}/u

/** Western digits for those of any script: each script's digits follow one another in Unicode, from zero to nine. */
export const westernDigits = (text: string): string =>
  text.replace(/(?!\d)\p{Nd}/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    let before = 0
    while (digit.test(String.fromCodePoint(code - before - 1))) before++
    return String(before % 10)
  })
