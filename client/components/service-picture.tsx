import type { ServicePicture as Picture } from '#shared/catalogue.ts'
import { FileImage } from './file-image.tsx'

/** The small picture of a service; nothing without one. */
export function ServicePicture({ picture, class: look }: { picture: Picture | undefined; class: string }) {
  // Keyed, so that the picture before is not shown under the text of the next one.
  return picture ? (
    <FileImage key={picture.fileId} id={picture.fileId} size="small" alt={picture.alt} class={look} />
  ) : null
}
