/** What `GET /metrics` answers: its text, and the value of a series, 0 when it is not there. */
export async function scrape({ http }: { http: string }) {
  const text = await (await fetch(`${http}/metrics`)).text()
  const values = new Map<string, number>()
  for (const line of text.split('\n')) {
    const end = line.lastIndexOf(' ')
    if (end > 0 && !line.startsWith('#')) values.set(line.slice(0, end), Number(line.slice(end + 1)))
  }
  return { text, value: (series: string): number => values.get(series) ?? 0 }
}
