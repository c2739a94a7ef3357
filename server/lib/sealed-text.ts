import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const [ivLength, tagLength] = [12, 16]

/** Encrypts short texts with a key of the server: a copy of the database alone does not reveal them. */
export function createSealedText(key: KeyObject) {
  return {
    seal(text: string): string {
      const iv = randomBytes(ivLength)
      const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagLength })
      const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), content]).toString('base64url')
    },

    /** null when it was sealed with another key (JWT_SECRET has changed). */
    open(sealed: string): string | null {
      const bytes = Buffer.from(sealed, 'base64url')
      const tag = bytes.subarray(ivLength, ivLength + tagLength)
      try {
        const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivLength), { authTagLength: tagLength })
        decipher.setAuthTag(tag)
        const content = bytes.subarray(ivLength + tagLength)
        return Buffer.concat([decipher.update(content), decipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },
  }
}
