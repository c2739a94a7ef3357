import { westernDigits } from './digits.ts'

// How a text becomes the words that a search compares. The databases store these words of every order, so another result
// for the same text needs another `searchDefinition` (search.ts).

/** What people type for the letters that Unicode does not decompose: with a stroke or a hook, and ligatures. */
const plainLetters = new Map(
  'ÆAE ŒOE ÞTH ẞSS ÐD ĐD ƉD ƊD ØO ƟO ŁL ȽL ĦH ŦT ƬT ƮT ȾT ŊN ƝN ƏE ƐE ɆE ȺA ɃB ƁB ȻC ǤG ƗI ƘK ƆO ɌR ɄU ƳY ƵZ ҐГ'
    .split(' ')
    .map((pair) => [pair.slice(0, 1), pair.slice(1)] as const),
)
const otherLetters = new RegExp(`[${[...plainLetters.keys()].join('')}]`, 'g')

/** What people type as an apostrophe, and what stands for one in names: primes, accents alone, letters such as the ʻokina. */
const apostrophes = /[`´ʹʻʼʽʾʿˈ΄՚׳‘’‛′ꞌ＇｀]/g

/**
 * Accents and vowel points, which can be left out, and characters that are not seen. Other marks are vowels, as in Thai
 * and Hindi, and belong to their words.
 */
const ignored = /[\p{Script=Inherited}\p{Cf}\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u06d6-\u06ed]/gu

/**
 * The text without differences of case, accent and form. In upper case, which also makes `ß` two letters and both forms
 * of sigma one.
 */
export function fold(text: string): string {
  // Most texts are done here, or after their accents.
  if (/^[ -_a-~\s]*$/.test(text)) return text.toUpperCase()
  const letters = text
    .replace(apostrophes, "'")
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]+/g, '')
    .toUpperCase()
    .replace(otherLetters, (letter) => plainLetters.get(letter) ?? letter)
  if (/^[ -~\s]*$/.test(letters)) return letters
  // Composed again, so that a syllable of Hangul is one character.
  return westernDigits(letters.replace(ignored, '')).normalize('NFC')
}

const word = /[\p{L}\p{M}\p{N}]+(?:'[\p{L}\p{M}\p{N}]+)*/gu

/** Scripts without spaces between words, and Hangul, whose words take endings. */
const unspaced =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u
const runs = new RegExp(`${unspaced.source}+|[^${unspaced.source.slice(1)}+`, 'gu')

/** Most words are found to be none of these by the first test. */
const isUnspaced = (found: string) => /[^\0-\u0e00]/.test(found) && unspaced.test(found)

/** How many characters of a run are compared at once: a longer one is found by all its parts of this length. */
const partLength = 4

/** How many characters of any other word are compared. */
const longestWord = 32

const begin = (characters: string) =>
  characters.length > longestWord ? [...characters].slice(0, longestWord).join('') : characters

/** The word from each of its characters on. */
const suffixes = (text: string, length: number): string[] =>
  // Without surrogates, the usual case, a character is an index.
  /[\ud800-\udfff]/.test(text)
    ? [...text].map((_, n, characters) => characters.slice(n, n + length).join(''))
    : Array.from({ length: text.length }, (_, n) => text.slice(n, n + length))

/** The forms of a word that are stored: a search is the beginning of one of them. */
function formsOf(found: string): string[] {
  if (isUnspaced(found))
    return (found.replaceAll("'", '').match(runs) ?? []).flatMap((run) =>
      suffixes(run, unspaced.test(run) ? partLength : longestWord),
    )
  if (!found.includes("'")) return [begin(found)]
  // O'Brien is found as OBrien and as Brien.
  return found.split("'").map((_, n, parts) => begin(parts.slice(n).join('')))
}

/** What is searched for of a word that was typed: each has to be the beginning of a stored form. */
function typedFormsOf(found: string): string[] {
  const joined = found.replaceAll("'", '')
  if (!isUnspaced(joined)) return [begin(joined)]
  return (joined.match(runs) ?? []).flatMap((run) => {
    const length = [...run].length
    return unspaced.test(run) && length > partLength
      ? suffixes(run, partLength).slice(0, length - partLength + 1)
      : [begin(run)]
  })
}

const distinct = (texts: readonly string[], forms: (one: string) => string[], most: number): string[] => {
  const found = new Set<string>()
  for (const text of texts)
    for (const one of fold(text).match(word) ?? []) for (const form of forms(one)) found.add(form)
  return [...found].slice(0, most)
}

/** The forms under which the words of texts are found. Texts of any length have at most a thousand. */
export const tokensOf = (texts: readonly string[]): string[] => distinct(texts, formsOf, 1000)

/** The forms that are searched for. */
export const typedTokensOf = (q: string): string[] => distinct([q], typedFormsOf, 40)
