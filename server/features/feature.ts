import type { LocationEvent, LocationReport, TrackingEvent } from '#shared/device-messages.ts'
import type { DeviceRegistry } from '../auth/device-registry.ts'
import type { Identity } from '../auth/sessions.ts'
import type { Route } from '../http/route.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { EventBus } from '../services/domain-events.ts'
import type { Store } from '../storage/store.ts'

/** The topics on which features publish. */
export interface FeaturePublisher {
  vendorLocated(event: LocationEvent): void
  customerTracking(customerId: string, event: TrackingEvent): void
}

/** Handles what clients publish on a topic; the payload is parsed. */
export interface TopicHandlers {
  vendorLocation(sender: { identity: Identity }, payload: LocationReport): Promise<void>
}

/** What the core offers to features. */
export interface Core {
  store: Store
  events: EventBus
  publisher: FeaturePublisher
  clock: Clock
  log: Log
  /** The port on which MQTT clients connect over TCP; known once the broker listens. */
  mqttPort: () => number
}

/** Bearer tokens that a feature issues, beside the access tokens of signed-in people. */
export interface TokenKind {
  /** Whether the text has the form of such a token. */
  matches(token: string): boolean
  /** Throws unauthenticated. */
  identify(token: string): Promise<Identity>
}

/** What a feature adds to the running server. */
export interface Feature {
  routes?: readonly Route[]
  topics?: Partial<TopicHandlers>
  tokens?: TokenKind
  devices?: DeviceRegistry
  start?(): Promise<void>
  stop?(): Promise<void>
}

/** A folder in features/: its index.ts exports one of these. */
export interface FeatureModule {
  name: string
  /** Removes this feature's secrets from a line of the log. */
  redact?(text: string): string
  create(core: Core): Feature
}
