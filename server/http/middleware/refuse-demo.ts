import type { Request } from 'express'
import { DomainError } from '../../lib/errors.ts'
import { isForwarded } from './proxy-notice.ts'

export interface DemoRule {
  isDemoAccount: (userId: string) => boolean
  config: { demoForced: boolean; trustProxy: number | boolean | string }
}

/**
 * Demo accounts are made by themselves on a loopback address. A proxy on the same machine makes that address public, and
 * the accounts with it, so they are refused there unless DEMO=true asks for them.
 */
export function createRefuseDemo({ isDemoAccount, config: { demoForced, trustProxy } }: DemoRule) {
  return (userId: string, request: Request): void => {
    if (demoForced || !isDemoAccount(userId) || (trustProxy === false && !isForwarded(request))) return
    throw new DomainError(
      'demo_account',
      'Demo accounts cannot be used through a proxy. Start the server with DEMO=true to allow it, or with DEMO=false to deactivate them.',
    )
  }
}
