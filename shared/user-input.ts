import * as z from 'zod/mini'
import { id, name, password } from './fields.ts'
import { Tags } from './tags.ts'
import { OpenJobs } from './users.ts'

// What admins change of people. Apart from users.ts, which the sign-in page reads.

export const ChangeUser = z
  .strictObject({
    name: z.optional(name(100)),
    active: z.optional(z.boolean()),
    password: z.optional(password),
    /** Of a vendor; they replace those before. */
    skills: z.optional(Tags),
    areas: z.optional(z.array(id).check(z.maxLength(100))),
    /** Only with `active: false`. */
    openJobs: z.optional(OpenJobs),
  })
  .check(
    z.refine(({ active, openJobs }) => openJobs === undefined || active === false, {
      path: ['openJobs'],
      message: 'Send it with "active": false',
    }),
  )
export type ChangeUser = z.infer<typeof ChangeUser>
