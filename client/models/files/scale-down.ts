import { ApiError } from '../session/api-error.ts'
import { randomKey } from '../session/random-key.ts'
import type { FileDraft } from './held-files.ts'

/** The server shrinks pictures to this. In pixels. */
const longestSide = 2560
const quality = 0.85

/**
 * The picture as a JPEG of at most 2560 pixels, upright: a tenth of what a camera makes, and without its position. Rejects with
 * ApiError when this browser cannot read it.
 */
export async function scaledDown(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new ApiError('unsupported_picture', 0, `a file of type ${file.type} that is no picture`)
  })
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(bitmap.width * scale))
  canvas.height = Math.max(1, Math.round(bitmap.height * scale))
  const context = canvas.getContext('2d')
  if (context) {
    // A JPEG has no transparency.
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  }
  bitmap.close()
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
  if (!blob) throw new ApiError('broken_picture', 0, 'the canvas cannot be read')
  return blob
}

/** The file as a form holds it. Rejects as `scaledDown`. */
export async function draftOfFile(file: File, kind: FileDraft['kind']): Promise<FileDraft> {
  return { id: randomKey(), kind, name: file.name.slice(0, 200) || kind, blob: await scaledDown(file) }
}
