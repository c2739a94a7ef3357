import type { IncomingMessage } from 'node:http'
import type { Actor, Who } from '#shared/actors.ts'
import type { Service } from '#shared/catalogue.ts'
import type { FileKind, UploadedFile, UploadQuery } from '#shared/file-input.ts'
import { mostFiles, mostFilesOfMessage, type Picture } from '#shared/files.ts'
import type { Order } from '#shared/orders.ts'
import type { LinkRight } from '#shared/tracking.ts'
import { maySeeMessage, viewFor } from '../../auth/permissions.ts'
import { isoTime, type Clock } from '../../lib/clock.ts'
import { DomainError } from '../../lib/errors.ts'
import { newId } from '../../lib/ids.ts'
import type { CatalogueService } from '../../services/catalogue.service.ts'
import { endedAt } from '../../services/ended-at.ts'
import type { OrderAmendments } from '../../services/order-amendments.ts'
import type { OrderRecord, Store } from '../../storage/store.ts'
import type { AttachFiles } from '../feature.ts'
import { presentFile, presentPicture, type FileRecord, type FileRecords } from './file-records.ts'
import type { Pictures } from './pictures.ts'
import type { Receive } from './receive.ts'
import { smallKeyOf, type FileStorage } from './storage.ts'

export interface FilesDependencies {
  files: FileRecords
  storage: FileStorage
  pictures: Pick<Pictures, 'encode' | 'types'>
  receive: Receive['receive']
  orders: Pick<Store['orders'], 'byId'>
  amendments: Pick<OrderAmendments, 'amend'>
  catalogue: Pick<CatalogueService, 'illustrate' | 'withoutPicture'>
  /** The seconds until the person may send another file; 0 now. */
  secondsToWait(userId: string): Promise<number>
  clock: Clock
}

export type FilesService = ReturnType<typeof createFilesService>

/** How long after its end an order takes files, in ms: as long as messages. */
const openAfterEnd = 24 * 3_600_000
/** With those of its messages. */
const mostStored = 200

const noSuchFile = () => new DomainError('not_found', 'There is no such file.')

/** A photo changes the order. */
const rightTo: Record<FileKind, LinkRight> = { photo: 'change', signature: 'change', message: 'message' }

function refuseLink({ link }: Who, kind: FileKind): void {
  if (link && !link.may.includes(rightTo[kind]))
    throw new DomainError('forbidden', 'The holder of this tracking link may not send such a file.')
}

/** A label, never a path. */
const labelOf = (name: string | undefined, kind: string) => name?.split(/[/\\]/).at(-1)?.trim() || kind

/**
 * Pictures of orders, of messages and of the catalogue. The bytes are stored first, then the record, then what names it; the
 * sweep (file-sweep.ts) completes or removes what a crash has left between the steps.
 */
export function createFilesService(dependencies: FilesDependencies) {
  const { files, storage, pictures, receive, orders, amendments, catalogue, secondsToWait, clock } = dependencies

  /** Throws not_found for a caller who does not see the whole order. */
  async function orderFor(who: Who, orderId: string): Promise<OrderRecord> {
    const order = await orders.byId(orderId)
    if (!order || viewFor(who, order) !== 'full') throw new DomainError('not_found', 'There is no such order.')
    return order
  }

  async function checkType(request: IncomingMessage, person: Who): Promise<void> {
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
    if (![...pictures.types, 'application/octet-stream'].some((one) => one === type))
      throw new DomainError('unsupported_picture')
    const retryAfter = await secondsToWait(person.id)
    if (retryAfter > 0)
      throw new DomainError('too_many_requests', `Too many files. Try again in ${retryAfter} s.`, { retryAfter })
  }

  async function checkMayAdd(order: OrderRecord, kind: FileRecord['kind']): Promise<void> {
    const ended = endedAt(order)
    if (ended !== null && Date.parse(ended) + openAfterEnd <= clock.now()) throw new DomainError('files_closed')
    const isFull = kind !== 'message' && (order.files?.length ?? 0) >= mostFiles
    if (isFull || (await files.ofOrder(order.id, mostStored)).length >= mostStored) throw new DomainError('file_limit')
  }

  async function maySee(who: Who, record: FileRecord): Promise<boolean> {
    // A tracking link shows one order, and nothing of the catalogue.
    if (record.kind === 'picture') return !who.link
    const order = await orders.byId(record.orderId)
    if (!order) return false
    if (record.kind !== 'message') return viewFor(who, order) === 'full'
    return maySeeMessage(who, order, record) && (record.messageId !== '' || record.byId === who.id)
  }

  /** The picture is stored under a key of its own, which no record names yet. */
  async function storePicture(request: IncomingMessage, kind: FileRecord['kind']) {
    const { full, small, ...about } = await receive(request, (path, head) => pictures.encode(path, head, kind))
    const storageKey = newId()
    await storage.put(storageKey, full)
    await storage.put(smallKeyOf(storageKey), small)
    return { storageKey, ...about, size: full.length }
  }

  async function removeBytes({ storageKey }: Pick<FileRecord, 'storageKey'>): Promise<void> {
    await storage.remove(storageKey)
    await storage.remove(smallKeyOf(storageKey))
  }

  /** The bytes first: a record without them is found again, and bytes without a record are swept. */
  async function remove(record: FileRecord): Promise<void> {
    await removeBytes(record)
    await files.remove(record.id)
  }

  const authorOf = ({ byId: id, byName: name, byRole: role }: FileRecord): Actor => ({ id, name, role })

  /** The order names the picture from now on. A picture that the order refuses is removed. */
  async function settle(record: FileRecord): Promise<Order | null> {
    const { kind } = record
    if (record.settled || kind === 'message' || kind === 'picture') return null
    const actor = authorOf(record)
    try {
      const amended = await amendments.amend(actor, record.orderId, {}, (order) => {
        const { files: named = [] } = order
        if (viewFor(actor, order) !== 'full') throw noSuchFile()
        if (named.some(({ id }) => id === record.id)) return {}
        if (named.length >= mostFiles) throw new DomainError('file_limit')
        return { files: [...named, presentFile(record, kind)] }
      })
      await files.change(record.id, { settled: true })
      return amended
    } catch (error) {
      if (error instanceof DomainError) await remove(record)
      throw error
    }
  }

  const uploaded = (record: FileRecord): UploadedFile => ({
    file: presentFile(record, record.kind === 'picture' ? 'photo' : record.kind),
  })

  /** A repetition of what was stored. Throws idempotency_mismatch for an id that belongs to another file. */
  async function repeated(record: FileRecord, actor: Actor, orderId: string, kind: string) {
    const isSame = record.byId === actor.id && record.orderId === orderId && record.kind === kind
    if (!isSame) throw new DomainError('idempotency_mismatch')
    await settle(record)
    return { ...uploaded(record), isNew: false }
  }

  return {
    /**
     * Stores a picture of an order; a repetition with the same id stores nothing. Throws not_found, files_closed,
     * file_limit, too_many_requests, idempotency_mismatch, and what receiving and reading the picture throws.
     */
    async upload(
      actor: Actor,
      orderId: string,
      { id = newId(), kind = 'photo', name }: UploadQuery,
      request: IncomingMessage,
    ): Promise<UploadedFile & { isNew: boolean }> {
      const order = await orderFor(actor, orderId)
      refuseLink(actor, kind)
      const before = await files.byId(id)
      if (before) return repeated(before, actor, orderId, kind)
      await checkType(request, actor)
      await checkMayAdd(order, kind)
      const record: FileRecord = {
        id,
        orderId,
        messageId: '',
        kind,
        internal: false,
        settled: false,
        name: labelOf(name, kind),
        ...(await storePicture(request, kind)),
        byId: actor.id,
        byName: actor.name,
        byRole: actor.role,
        at: isoTime(clock.now()),
      }
      if (!(await files.create(record))) {
        await removeBytes(record)
        const first = await files.byId(id)
        if (!first) throw noSuchFile()
        return repeated(first, actor, orderId, kind)
      }
      await settle(record)
      return { ...uploaded(record), isNew: true }
    },

    /** The picture of a service, in the place of the one before. Throws not_found. */
    async illustrate(actor: Actor, serviceId: string, alt: string, request: IncomingMessage): Promise<Service> {
      await catalogue.illustrate(serviceId)
      await checkType(request, actor)
      const record: FileRecord = {
        id: newId(),
        orderId: '',
        messageId: '',
        kind: 'picture',
        internal: false,
        settled: true,
        name: alt || 'picture',
        ...(await storePicture(request, 'picture')),
        byId: actor.id,
        byName: actor.name,
        byRole: actor.role,
        at: isoTime(clock.now()),
      }
      await files.create(record)
      const { before, service } = await catalogue.illustrate(serviceId, { fileId: record.id, alt })
      const replaced = before.picture && (await files.byId(before.picture.fileId))
      if (replaced) await remove(replaced)
      return service
    },

    /**
     * The bytes of a file: of an order for those who see it in full, of a note not for its customer, of the catalogue for
     * every signed-in person. Throws not_found.
     */
    async open(who: Who, id: string, size: 'full' | 'small' = 'full') {
      const record = await files.byId(id)
      if (!record) throw noSuchFile()
      if (!(await maySee(who, record))) throw noSuchFile()
      const bytes = await storage.open(size === 'small' ? smallKeyOf(record.storageKey) : record.storageKey)
      if (!bytes) throw noSuchFile()
      return { bytes, type: record.type, id: record.id, isPublic: record.kind === 'picture' }
    },

    /** Removes a file from what names it, and its bytes. Throws not_found. */
    async delete(actor: Actor, id: string): Promise<FileRecord> {
      const record = await files.byId(id)
      if (!record) throw noSuchFile()
      if (record.kind === 'photo' || record.kind === 'signature')
        await amendments.amend(actor, record.orderId, {}, (order) => ({
          files: order.files?.filter((file) => file.id !== id),
        }))
      if (record.kind === 'picture') await catalogue.withoutPicture(id)
      await remove(record)
      return record
    },

    /** The pictures that a message will name. Throws unknown_file for one that its author has not sent for this order. */
    attach: (async ({ author, orderId, messageId, internal }, ids): Promise<Picture[]> => {
      const found = new Map((await files.getMany(ids)).map((record) => [record.id, record]))
      const records = ids.flatMap((id) => found.get(id) ?? [])
      const isFree = (record: FileRecord) =>
        record.kind === 'message' &&
        record.orderId === orderId &&
        record.byId === author.id &&
        (record.messageId === '' || record.messageId === messageId)
      if (found.size !== ids.length || ids.length > mostFilesOfMessage || !records.every(isFree))
        throw new DomainError('unknown_file')
      for (const { id } of records) await files.change(id, { messageId, internal, settled: true })
      return records.map(presentPicture)
    }) satisfies AttachFiles,

    settle,
    remove,

    /** Removes the files of an order that has left the database. */
    async removeOf(orderId: string): Promise<void> {
      for (;;) {
        const page = await files.ofOrder(orderId, mostStored)
        for (const record of page) await remove(record)
        if (page.length < mostStored) return
      }
    },
  }
}
