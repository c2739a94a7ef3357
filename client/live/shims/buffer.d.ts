export class Buffer extends Uint8Array<ArrayBuffer> {
  static override from(value: ArrayBuffer | ArrayLike<number> | string): Buffer
  static alloc(length: number): Buffer
  static concat(chunks: readonly Uint8Array[]): Buffer
  static byteLength(value: string | Uint8Array): number
  static isBuffer(value: unknown): boolean
  copy(target: Uint8Array, position?: number): number
  write(text: string, position?: number): number
  override toString(encoding?: string, start?: number, end?: number): string
}
