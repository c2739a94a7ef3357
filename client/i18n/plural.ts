type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

/** Returns the function that picks the form of a text for a number by the rules of `language`. */
export function pluralOf(language: string): (n: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language)
  return (n, forms) => forms[rules.select(n)] ?? forms.other
}
