import { encode } from 'uqr'

/** Black on white in every theme: cameras need the contrast and the white border. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 4 })
  const modules = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : [])))
  return (
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} class="size-52 rounded-sm">
      <rect width={size} height={size} fill="white" />
      <path d={modules.join('')} fill="black" shape-rendering="crispEdges" />
    </svg>
  )
}
