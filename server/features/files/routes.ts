import { roles } from '#shared/actors.ts'
import { Service } from '#shared/catalogue.ts'
import { FileQuery, UploadedFile, UploadQuery, PictureQuery } from '#shared/file-input.ts'
import { uploadTypes } from '#shared/files.ts'
import { only, type Route } from '../../http/route.ts'
import type { FilesService } from './files.service.ts'

const errorsOfUpload = [
  'not_found',
  'too_large',
  'invalid_request',
  'unsupported_picture',
  'picture_too_large',
  'broken_picture',
  'too_many_requests',
] as const

/** What a browser that opens a file may do with it: show it, and nothing else. */
const asPicture = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
}
/** Who may see a file of an order can change with the order; a picture of the catalogue never changes under its id. */
const caching = { order: 'private, no-store', catalogue: 'private, max-age=86400, immutable' }

export const fileRoutes = (files: FilesService): Route[] => [
  only(
    roles,
    {
      method: 'post',
      path: '/orders/:id/files',
      query: UploadQuery,
      upload: uploadTypes,
      devices: true,
      tokens: 'integration',
      // A holder sends photos with the right to change the order, and pictures of messages with the right to write them.
      link: 'read',
      summary:
        'Adds a picture to an order, or one that a message will name; 200 when it was stored before under the same id',
      reply: { 200: UploadedFile, 201: UploadedFile },
      errors: [...errorsOfUpload, 'files_closed', 'file_limit', 'idempotency_mismatch'],
    },
    async ({ identity, param, query, request }) => {
      const { isNew, file } = await files.upload(identity, param('id'), query, request)
      return { status: isNew ? 201 : 200, body: { file } }
    },
  ),

  only(
    roles,
    {
      method: 'get',
      path: '/files/:id',
      query: FileQuery,
      devices: true,
      tokens: 'any',
      link: 'read',
      summary: 'A picture, or its preview with size=small',
      reply: { 200: 'image/*' },
      errors: ['not_found'],
    },
    async ({ identity, param, query }) => {
      const { bytes, type, id, isPublic } = await files.open(identity, param('id'), query.size)
      return {
        status: 200,
        headers: {
          ...asPicture,
          'Content-Type': type,
          'Content-Disposition': `attachment; filename="${id}.${type === 'image/png' ? 'png' : 'jpg'}"`,
          'Cache-Control': isPublic ? caching.catalogue : caching.order,
          Vary: 'Authorization',
        },
        stream: bytes,
      }
    },
  ),

  only(
    ['admin'],
    {
      method: 'delete',
      path: '/files/:id',
      tokens: 'integration',
      summary: 'Deletes a picture',
      reply: { 204: null },
      errors: ['not_found'],
    },
    async ({ identity, param }) => {
      const { id, orderId, kind, byId } = await files.delete(identity, param('id'))
      return {
        status: 204,
        log: { message: 'file deleted', file: id, kind, author: byId, ...(orderId && { order: orderId }) },
      }
    },
  ),

  only(
    ['admin'],
    {
      method: 'post',
      path: '/services/:id/picture',
      query: PictureQuery,
      upload: uploadTypes,
      summary: 'Gives a service a picture, in the place of the one before',
      reply: { 200: Service },
      errors: errorsOfUpload,
    },
    async ({ identity, param, query, request }) => {
      const service = await files.illustrate(identity, param('id'), query.alt ?? '', request)
      return { status: 200, body: service, log: { message: 'picture of a service changed', service: service.id } }
    },
  ),
]
