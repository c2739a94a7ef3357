import { readFile, writeFile } from 'node:fs/promises'
import { withTopics } from '../server/mqtt/topic-docs.ts'

// npx tsx scripts/write-topics.ts: writes the table of topics into README.md.

const readme = new URL('../README.md', import.meta.url)
await writeFile(readme, withTopics(await readFile(readme, 'utf8')))
