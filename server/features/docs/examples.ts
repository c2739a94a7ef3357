// One example for each body, reply and message, by the name of its schema. documents.test.ts parses each with its schema.

const ids = {
  order: 'Ord3rK7pQ2xW9sT4u',
  customer: 'Cust0m3rA1b2C3d4E',
  vendor: 'V3nd0rF5g6H7i8J9k',
  admin: 'Adm1nL0m1N2o3P4qR',
  service: 'S3rv1c3T5u6V7w8X9',
  other: 'Oth3rY0z1A2b3C4d5',
}
const at = '2026-11-28T09:30:00.000Z'
const later = '2026-11-28T10:05:00.000Z'
const expires = '2026-12-05T09:30:00.000Z'

const User = {
  id: ids.customer,
  name: 'Ana Ruiz',
  email: 'ana@example.com',
  role: 'customer',
  active: true,
  createdAt: at,
}
const SignedIn = { user: User, accessToken: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJDdXN0In0.Zm9v', expiresIn: 900 }
const Service = {
  id: ids.service,
  name: 'Boiler service',
  description: 'Inspection and cleaning',
  price: 9500,
  currency: 'USD',
  durationMinutes: 90,
  deadlines: { acceptWithin: 10, arriveWithin: 60, finishWithin: null },
  active: true,
}
const Alert = { kind: 'accept', orderId: ids.order, number: '7KQ2-M4XA', since: later }
const place = { lat: 52.5163, lng: 13.3777, accuracy: 8, at: later }
const eta = { from: '2026-11-28T10:15:00.000Z', to: '2026-11-28T10:20:00.000Z' }
const OwnTracksMessage = { _type: 'location', lat: 52.5163, lng: 13.3777, accuracy: 8, tst: 1795860300, vel: 41 }
const MapSettings = {
  tiles: { kind: 'pmtiles', url: '/tiles/map.pmtiles', attribution: '© OpenStreetMap contributors' },
}
const options = [
  { name: 'Size', required: true, choose: 'one', choices: [{ id: ids.other, name: 'Large', price: 1500 }] },
]
const contact = {
  phone: '+1 555 0100',
  address: '12 Elm Street, Springfield',
  area: 'Springfield',
  lat: 39.7817,
  lng: -89.6501,
}
const Order = {
  id: ids.order,
  number: '7KQ2-M4XA',
  status: 'accepted',
  version: 2,
  customer: { id: ids.customer, name: 'Ana Ruiz' },
  vendor: { id: ids.vendor, name: 'Van 7' },
  contact,
  items: [{ serviceId: ids.service, name: 'Boiler service', quantity: 1, unitPrice: 9500 }],
  totalAmount: 9500,
  currency: 'USD',
  notes: 'The bell does not work',
  scheduledFor: null,
  history: [
    { status: 'pending', at, by: { id: ids.customer, name: 'Ana Ruiz', role: 'customer' }, note: null },
    { status: 'accepted', at: later, by: { id: ids.vendor, name: 'Van 7', role: 'vendor' }, note: null },
  ],
  createdAt: at,
  updatedAt: later,
}
const Device = { id: ids.other, name: 'Tablet in van 7', vendorId: ids.vendor, createdAt: at, lastSeenAt: null }
const ApiToken = {
  id: ids.other,
  name: 'Wall display',
  scope: 'dashboard',
  contact: false,
  createdAt: at,
  expiresAt: null,
  lastUsedAt: null,
}
const HandedLink = { url: 'https://example.com/reset#k7Pq2xW9', expiresAt: expires, mailed: true }
const Invitation = {
  id: ids.other,
  email: 'lee@example.com',
  name: 'Lee Wong',
  role: 'vendor',
  createdAt: at,
  expiresAt: expires,
}
const Webhook = {
  id: ids.other,
  url: 'https://example.com/callout',
  events: ['order.placed', 'order.completed'],
  active: true,
  createdAt: at,
  failingSince: null,
  gone: false,
  oldSecretUntil: null,
}
const WebhookDelivery = {
  id: 'msg_k7Pq2xW9sT4u',
  event: 'order.placed',
  createdAt: at,
  state: 'delivered',
  nextAttemptAt: null,
  attempts: [{ at, status: 204, error: null, detail: null, durationMs: 41, response: '' }],
  payload: '{"type":"order.placed"}',
}
const Notification = {
  id: ids.other,
  event: 'order.accepted',
  order: { id: ids.order, number: Order.number, status: 'accepted' },
  by: { name: 'Van 7', role: 'vendor' },
  vendor: 'Van 7',
  note: null,
  at: later,
  read: false,
}
const Message = {
  id: ids.other,
  orderId: ids.order,
  by: { id: ids.customer, name: 'Ana Ruiz', role: 'customer' },
  text: 'The gate code is 4711',
  internal: false,
  at: later,
}
const quietHours = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' }
const PushSubscription = { id: ids.other, createdAt: at, lastUsedAt: null }
const VendorStatusEvent = { vendorId: ids.vendor, name: 'Van 7', status: 'online', reachable: 'live', at }
const recoveryCodes = ['k7pq-2xw9', 's4tu-m4xa']
const position = { lat: 52.52, lng: 13.405, accuracy: 8 }
const syncCursor = 'eyJhdCI6MTc5NjAwMDAwMH0'
const secret = 'k7Pq2xW9sT4uM4xA'

const Picture = { id: ids.other, name: 'Boiler.jpg', type: 'image/jpeg', size: 384_120, width: 1920, height: 2560 }
const OrderFile = { ...Picture, kind: 'photo', by: { id: ids.vendor, name: 'Van 7', role: 'vendor' }, at: later }
const TrackingSettings = { change: false, cancel: false, message: true, rate: true }

const Area = { id: ids.other, name: 'Springfield', postcodes: ['627'] }
const Candidate = { id: ids.vendor, name: 'Van 7', lacks: [], works: true, distance: 2400 }
const OfferRule = { to: 'nearest', count: 3, seconds: 60 }
const OfferRound = { round: 1, until: later }

export const examples: Readonly<Record<string, unknown>> = {
  OrderFile,
  OrderPin: { orderId: ids.order, pin: '4711' },
  Picture,
  Proof: { note: true, photos: 1 },
  ServicePicture: { fileId: ids.other, alt: 'A boiler on a wall' },
  UploadedFile: { file: OrderFile },
  Alert,
  AlertList: { alerts: [Alert] },
  ApiTokenList: { tokens: [ApiToken] },
  Area,
  AreaList: { areas: [Area] },
  AssignOrder: { vendorId: ids.vendor, version: 2 },
  AnswerChallenge: { challenge: secret, code: '123456' },
  AuditList: {
    entries: [
      {
        id: ids.other,
        at,
        action: 'account changed',
        by: { id: ids.admin, name: 'Kim Park' },
        user: { id: ids.vendor, name: 'Van 7' },
        address: '192.0.2.7',
        requestId: 'k7Pq2xW9',
        details: { fields: ['name'] },
        changes: { name: { before: 'Van 6', after: 'Van 7' } },
      },
    ],
    nextCursor: null,
  },
  Broker: { port: 1883, tlsPort: 8883 },
  Candidate: { ...Candidate, offered: true, declined: false },
  CandidateList: { vendors: [{ ...Candidate, offered: true, declined: false }], offer: OfferRound },
  Catalogue: { currency: 'USD', services: [{ ...Service, category: 'Heating', options }] },
  CatalogueEvent: { currency: 'USD', services: [Service], hash: 'k7Pq2xW9' },
  ChangeArea: { postcodes: ['627', '628'] },
  CheckOrder: { items: [{ serviceId: ids.service }], contact: { address: contact.address } },
  CreateArea: { name: 'Springfield', postcodes: ['627'] },
  ChangePassword: { current: 'correct horse battery', password: 'purple sofa lantern' },
  ChangePreferences: { events: { 'order.accepted': { page: true, push: true, email: false } }, quietHours },
  ChangeProfile: { name: 'Ana Ruiz', phone: '+1 555 0100', addresses: [contact] },
  ChangeSecondFactor: { password: 'correct horse battery', code: '123456' },
  ChangeService: { price: 9900 },
  ChangeStatus: { status: 'accepted', version: 1, commandId: 'van-7-0001' },
  ChangeUser: { active: false, openJobs: 'release' },
  ChangeWebhook: { active: false },
  ConfirmSecondFactor: { code: '123456' },
  ConfirmedSecondFactor: { ...SignedIn, recoveryCodes },
  CreateTrackingLink: { expiresAt: expires },
  ChangeReasons: { fail: [{ code: 'absent', text: 'The door stayed shut' }] },
  CreateApiToken: { name: 'Wall display', scope: 'dashboard', contact: false },
  CreateDevice: { name: 'Tablet in van 7' },
  CreatePushSubscription: {
    endpoint: 'https://push.example.com/k7Pq2xW9',
    keys: { p256dh: 'B'.padEnd(87, 'A'), auth: 'k'.padEnd(22, 'A') },
  },
  CreateService: { name: 'Boiler service', price: 9500, durationMinutes: 90 },
  CreateUser: { name: 'Van 7', email: 'van7@example.com', password: 'correct horse battery', role: 'vendor' },
  CreateWebhook: { url: Webhook.url, events: Webhook.events },
  Deadlines: Service.deadlines,
  DeviceList: { devices: [Device] },
  EraseAccount: { password: 'correct horse battery' },
  ForgotPassword: { email: 'ana@example.com' },
  GeocodeQuery: { q: '12 Elm Str' },
  GoneOrder: { id: ids.order, version: 3, status: 'accepted', gone: true },
  HandedLink,
  CorrectOrder: { contact: { address: '14 Elm Street, Springfield' }, scheduledFor: later, version: 2 },
  ChangePayment: { status: 'paid', method: 'cash', tip: 500 },
  CustomerList: {
    customers: [{ id: ids.customer, name: 'Ana Ruiz', email: null, phone: contact.phone, hasAccount: false, contact }],
  },
  InviteCustomer: { email: 'ana@example.com' },
  InvitationList: { invitations: [Invitation] },
  ImportQuery: { dryRun: 'true' },
  ImportResult: {
    added: 1,
    changed: 0,
    unchanged: 0,
    errors: [{ row: 3, column: 'price', code: 'bad_price', message: 'Write a price such as 45.00, in USD' }],
  },
  ImportServices: { csv: 'name,price,durationMinutes\nBoiler service,95.00,90\n' },
  Invite: { email: 'lee@example.com', name: 'Lee Wong', role: 'vendor' },
  LinkDetails: { kind: 'reset', name: 'Ana Ruiz', email: 'ana@example.com' },
  LocationEvent: { vendorId: ids.vendor, ...position, at },
  LocationReport: position,
  Login: { email: 'ana@example.com', password: 'correct horse battery' },
  Me: { user: User },
  MapSettings,
  OrderPosition: { position: place, eta },
  OwnTracksMessage,
  VendorPath: { positions: [place] },
  VendorPositions: { positions: [{ vendorId: ids.vendor, ...place }] },
  ReportPosition: { lat: 52.5163, lng: 13.3777, accuracy: 8 },
  Message,
  MessageList: { messages: [Message], unread: 1, closesAt: null, nextCursor: null },
  MessageText: {
    to: { name: 'Ana Ruiz', email: 'ana@example.com', phone: '+1 555 0100' },
    language: 'en',
    subject: 'Order 7KQ2-M4XA: accepted',
    text: 'Van 7 has accepted your order.',
  },
  NewApiToken: { token: ApiToken, secret: `callout_${secret}` },
  NewDevice: { device: Device, token: secret },
  NewInvitation: { ...HandedLink, invitation: Invitation },
  NewPushSubscription: { subscription: PushSubscription },
  Notification,
  NotificationList: { notifications: [Notification], unread: 1, nextCursor: null },
  OfferRound,
  OfferRule,
  OidcProvider: { label: 'Company account' },
  Order,
  OrderChanges: { orders: [Order], nextCursor: null, syncCursor },
  OrderCommandEvent: { status: 'accepted', orderId: ids.order, vendorId: ids.vendor, version: 2, at: later },
  OrderEvent: Order,
  OrderList: { orders: [Order], nextCursor: null, syncCursor },
  PageLocale: { language: 'en', timeZone: 'Europe/Berlin' },
  PersonalExport: { exportedAt: at, account: User, sessions: [], orders: [Order] },
  PlaceFollowUp: { scheduledFor: later },
  PlaceOrder: {
    items: [{ serviceId: ids.service, quantity: 1 }],
    contact,
    notes: 'The bell does not work',
    expectedTotal: 9500,
  },
  PostMessage: { text: 'The gate code is 4711' },
  PlaceList: {
    available: true,
    places: [{ address: contact.address, area: contact.area, lat: contact.lat, lng: contact.lng }],
  },
  Preferences: { channels: ['page', 'push'], events: { 'order.accepted': { page: true, push: true } }, quietHours },
  Profile: {
    user: User,
    phone: contact.phone,
    language: null,
    addresses: [contact],
    pendingEmail: null,
    canChangeEmail: true,
    mustConfirmEmail: false,
  },
  OrderPayment: {
    payment: null,
    amount: 9500,
    currency: 'USD',
    business: 'Roof & Door',
    link: `https://pay.example/${ids.order}?amount=9500`,
  },
  OrderRating: { rating: { stars: 5, text: 'Fast and friendly', at: later }, vendor: { average: 4.7, count: 23 } },
  PaymentEvent: {
    type: 'payment.paid',
    timestamp: later,
    data: { orderId: ids.order, amount: 10000, currency: 'USD', tip: 500, method: 'card', reference: 'pay_0001' },
  },
  PaymentQuery: { tip: 500 },
  PaymentResult: { result: 'changed' },
  PushKey: { key: 'B'.padEnd(87, 'A') },
  PushSubscriptionList: { subscriptions: [PushSubscription] },
  RateOrder: { stars: 5, text: 'Fast and friendly' },
  ReadMessages: { until: ids.other },
  ReadNotifications: { ids: [ids.other] },
  Reasons: {
    decline: null,
    release: null,
    fail: [{ code: 'absent', text: 'The door stayed shut' }],
    cancel: null,
    releaseByAdmin: null,
    cancelByAdmin: null,
  },
  RecoveryCodes: { recoveryCodes },
  Register: { name: 'Ana Ruiz', email: 'ana@example.com', password: 'correct horse battery' },
  Reply: { ok: true, orderId: ids.order, version: 2, commandId: 'van-7-0001', topic: `orders/${ids.order}/status` },
  ResetPassword: { token: secret, password: 'purple sofa lantern' },
  SecondFactorState: { on: true, recoveryCodes: 8, required: false },
  Service,
  SessionList: {
    sessions: [
      { id: ids.other, browser: 'Firefox', system: 'Windows', createdAt: at, lastUsedAt: later, current: true },
    ],
  },
  SignedIn,
  StripeEvent: { id: 'evt_0001', type: 'checkout.session.completed' },
  StartSecondFactor: { password: 'correct horse battery' },
  StartedSecondFactor: { secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Callout:van7?secret=JBSWY3DPEHPK3PXP' },
  TestPush: { id: ids.other },
  TrackingEvent: { orderId: ids.order, ...position, at: later },
  TrackedOrder: {
    orderId: ids.order,
    customer: { id: ids.customer, name: 'Ana Ruiz' },
    expiresAt: expires,
    may: TrackingSettings,
  },
  TrackingLink: {
    url: `https://example.com/t/#trk_${ids.order}.${secret}`,
    token: `trk_${ids.order}.${secret}`,
    expiresAt: expires,
  },
  TrackingSettings,
  UnreadMessages: { orders: [{ orderId: ids.order, unread: 1 }] },
  UseLink: { token: secret },
  User,
  UserList: { users: [User] },
  VendorList: {
    vendors: [
      {
        id: ids.vendor,
        name: 'Van 7',
        status: 'online',
        reachable: 'live',
        since: at,
        lastSeenAt: at,
        activeOrders: 1,
      },
    ],
  },
  VendorStatusEvent,
  VendorStatusReport: { status: 'online' },
  Webhook,
  WebhookDelivery,
  WebhookDeliveryList: { deliveries: [WebhookDelivery], nextCursor: null },
  WebhookList: { webhooks: [Webhook] },
  WebhookWithSecret: { webhook: Webhook, secret: `whsec_${secret}` },
}
