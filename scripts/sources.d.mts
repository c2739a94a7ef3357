export const stampFile: string
export function sourcesStamp(): string | null
