import sharp from 'sharp'

/** A photo of one colour as a phone takes it, lying and with its position, to be chosen in a file input. */
export const photoFile = async (name: string, background = '#386') => ({
  name,
  mimeType: 'image/jpeg',
  buffer: await sharp({ create: { width: 3000, height: 2000, channels: 3, background } })
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer(),
})
