import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { useRetryWhenBack } from './use-retry-when-back.ts'
import { useWorkspace } from './workspace-context.ts'

interface ImageProps {
  alt: string
  class?: string
}

interface FileImageProps extends ImageProps {
  id: string
  size: 'small' | 'full'
}

/** How far from the screen a picture is loaded. */
const ahead = '200px'

/**
 * A picture of the API. It is read with the person's token, which an `<img src>` does not send, once it comes near the screen;
 * again when the network is back.
 */
export function FileImage({ id, size, alt, class: extra = '' }: FileImageProps) {
  const { requests } = useWorkspace()
  const element = useRef<HTMLSpanElement>(null)
  const [isNear, setIsNear] = useState(false)
  const [blob, setBlob] = useState<Blob | null>(null)
  const [failed, setFailed] = useState(false)
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    if (isNear || !element.current) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setIsNear(true), {
      rootMargin: ahead,
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [isNear])

  useEffect(() => {
    if (!isNear) return
    let current = true
    setFailed(false)
    requests.blob(`/files/${encodeURIComponent(id)}?size=${size}`).then(
      (read) => current && setBlob(read),
      () => current && setFailed(true),
    )
    return () => void (current = false)
  }, [requests, id, size, isNear, attempt])
  useRetryWhenBack(failed, () => setAttempt(attempt + 1))

  if (blob) return <BlobImage blob={blob} alt={alt} class={extra} />
  return (
    <span ref={element} role="img" aria-label={alt} class={`grid place-items-center bg-sunken ${extra}`}>
      {failed && (
        <span class="icon-[lucide--image-off] size-5 text-soft" title={t().files.notLoaded} aria-hidden="true" />
      )}
    </span>
  )
}

/** A picture in this browser's memory, for as long as it is shown. */
export function BlobImage({ blob, alt, class: extra = '' }: ImageProps & { blob: Blob }) {
  const [url, setUrl] = useState<string | undefined>()
  useEffect(() => {
    const made = URL.createObjectURL(blob)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [blob])
  return <img src={url} alt={alt} decoding="async" draggable={false} class={`bg-sunken ${extra}`} />
}

/** A picture that has not been sent. */
export function HeldImage({ id, alt, class: extra }: ImageProps & { id: string }) {
  const { held } = useWorkspace()
  const [blob, setBlob] = useState<Blob | null>(null)
  useEffect(() => {
    let current = true
    void held.blobOf(id).then((found) => current && setBlob(found))
    return () => void (current = false)
  }, [held, id])
  return blob ? (
    <BlobImage blob={blob} alt={alt} class={extra} />
  ) : (
    <span role="img" aria-label={alt} class={`bg-sunken ${extra}`} />
  )
}
