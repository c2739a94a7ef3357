import type { Sharp, SharpOptions } from 'sharp'
import { uploadTypes } from '#shared/files.ts'
import { DomainError } from '../../lib/errors.ts'
import { limitParallel } from '../../lib/limit-parallel.ts'

export interface EncodedPicture {
  type: 'image/jpeg' | 'image/png'
  width: number
  height: number
  full: Buffer
  small: Buffer
}

export type Pictures = ReturnType<typeof createPictures>

const [longestSide, longestSmallSide, longestSignatureSide] = [2560, 480, 1280]
const secondsForOne = 15

/**
 * How many pixels are read. A JPEG is decoded at the size that is needed, or line by line; the others may need all pixels in
 * memory.
 */
const mostPixels: Readonly<Record<string, number>> = { jpeg: 50_000_000, png: 16_000_000, webp: 16_000_000 }

/** libvips reads nothing but these: no SVG, no PDF, no formats that call other programs. */
const loaders = ['Jpeg', 'Png', 'Webp'].flatMap((name) => [
  `VipsForeignLoad${name}File`,
  `VipsForeignLoad${name}Buffer`,
])

async function loadSharp() {
  const { default: sharp } = await import('sharp')
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: loaders })
  sharp.cache(false)
  sharp.concurrency(1)
  return sharp
}

/** Whether pictures can be read on this computer; the reason if not. */
export const picturesProblem = (): Promise<string | null> =>
  loadSharp().then(
    () => null,
    (error: unknown) => (error instanceof Error ? (error.message.trim().split('\n', 1)[0] ?? '') : String(error)),
  )

/** By its first bytes. */
function formatOf(head: Uint8Array): 'jpeg' | 'png' | 'webp' | null {
  const text = Buffer.from(head).toString('latin1')
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  return text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP' ? 'webp' : null
}

/** Encodes pictures anew. What is not a pixel is lost: the position and the device in EXIF, comments, what follows the picture. */
export function createPictures() {
  const oneAfterTheOther = limitParallel(2, 50)
  let loading: ReturnType<typeof loadSharp> | null = null

  /** Loaded with the first picture: a server without pictures does not pay for it. */
  async function sharpOf() {
    loading ??= loadSharp()
    try {
      return await loading
    } catch {
      loading = null
      throw new DomainError('unavailable', 'This server cannot read pictures: its package "sharp" does not load.')
    }
  }

  async function encode(path: string, head: Uint8Array, kind: string): Promise<EncodedPicture> {
    const format = formatOf(head)
    if (!format) throw new DomainError('unsupported_picture')
    const sharp = await sharpOf()
    const options: SharpOptions = { limitInputPixels: mostPixels[format], failOn: 'error', sequentialRead: true }
    const readable = async <Result>(work: Promise<Result>): Promise<Result> => {
      try {
        return await work
      } catch (error) {
        const reason = error instanceof Error ? error.message : ''
        throw new DomainError(/pixel limit/.test(reason) ? 'picture_too_large' : 'broken_picture')
      }
    }
    const { width, height } = await readable(sharp(path, options).metadata())
    if (width * height > (mostPixels[format] ?? 0)) throw new DomainError('picture_too_large')

    const asPng = kind === 'signature'
    const written = (picture: Sharp, quality: number) =>
      (asPng ? picture.png({ palette: true }) : picture.flatten({ background: '#fff' }).jpeg({ quality })).toBuffer({
        resolveWithObject: true,
      })
    const within = (input: string | Buffer, side: number) =>
      sharp(input, options)
        .timeout({ seconds: secondsForOne })
        .autoOrient()
        .toColourspace('srgb')
        .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    const full = await readable(written(within(path, asPng ? longestSignatureSide : longestSide), 82))
    const small = await readable(written(within(full.data, longestSmallSide), 72))
    return {
      type: asPng ? 'image/png' : 'image/jpeg',
      width: full.info.width,
      height: full.info.height,
      full: full.data,
      small: small.data,
    }
  }

  return {
    types: uploadTypes,
    /**
     * `head`: the first bytes of the file. Throws unsupported_picture, picture_too_large or broken_picture; unavailable when
     * pictures cannot be read on this computer, or too many wait.
     */
    encode: (path: string, head: Uint8Array, kind: string) => oneAfterTheOther(() => encode(path, head, kind)),
  }
}
