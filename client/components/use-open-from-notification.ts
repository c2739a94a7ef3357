import { useEffect } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import * as z from 'zod/mini'

const Message = z.object({ open: z.string().check(z.regex(/^\/(?!\/)/)) })

/** Opens the page that a pressed notification is about (service-worker/push.ts). */
export function useOpenFromNotification(): void {
  const { route } = useLocation()
  useEffect(() => {
    const open = ({ data }: MessageEvent<unknown>) => {
      const message = Message.safeParse(data)
      if (message.success) route(message.data.open)
    }
    navigator.serviceWorker?.addEventListener('message', open)
    return () => navigator.serviceWorker?.removeEventListener('message', open)
  }, [route])
}
