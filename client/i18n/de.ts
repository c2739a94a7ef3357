import type { Dictionary } from './en.ts'
import { pluralOf } from './plural.ts'

const plural = pluralOf('de')

export const de: Dictionary = {
  common: {},

  nav: {},

  auth: {},

  customer: {
    services: (n) => plural(n, { one: '1 Leistung', other: `${n} Leistungen` }),
  },

  vendor: {},

  admin: {},

  devices: {},

  live: {},

  components: {},

  orders: {
    status: {
      pending: 'Ausstehend',
      accepted: 'Angenommen',
      on_the_way: 'Unterwegs',
      in_progress: 'In Arbeit',
      completed: 'Erledigt',
      rejected: 'Abgelehnt',
      cancelled: 'Storniert',
    },
    progress: {
      pending: 'Bestellt',
      accepted: 'Angenommen',
      on_the_way: 'Unterwegs',
      in_progress: 'In Arbeit',
      completed: 'Erledigt',
      rejected: 'Abgelehnt',
      cancelled: 'Storniert',
    },
    actions: {
      accept: 'Annehmen',
      decline: 'Ablehnen',
      cancel: 'Auftrag stornieren',
      set_off: 'Ich bin unterwegs',
      start_work: 'Arbeit beginnen',
      complete: 'Abschließen',
      release: 'Zurückgeben',
      assign: 'Zuweisen',
    },
    done: {
      accept: 'Der Auftrag gehört Ihnen. Sie finden ihn unter „Meine Aufträge“.',
      decline: 'Abgelehnt.',
      cancel: 'Der Auftrag ist storniert.',
      set_off: 'Der Kunde sieht, dass Sie unterwegs sind.',
      start_work: 'Begonnen.',
      complete: 'Abgeschlossen. Gute Arbeit.',
      release: 'Zurückgegeben. Der Auftrag steht wieder allen Dienstleistern offen.',
      assign: 'Zugewiesen.',
    },
    reasons: {
      decline: { distance: 'Zu weit entfernt', time: 'Dann keine Zeit', skill: 'Nicht mein Fachgebiet' },
      release: {
        late: 'Anderswo aufgehalten',
        vehicle: 'Fahrzeugpanne',
        equipment: 'Anderes Werkzeug oder Teile nötig',
        ill: 'Krank',
      },
      cancel: {
        notNeeded: 'Nicht mehr nötig',
        mistake: 'Versehentlich bestellt',
        time: 'Der Termin passt nicht',
        solved: 'Andere Lösung gefunden',
      },
    },
    sentence: {
      yourVendor: 'Ihr Dienstleister',
      searching: 'Wir suchen einen Dienstleister. Sobald jemand annimmt, sehen Sie es hier.',
      searchingAgain: 'Der Dienstleister musste absagen. Wir suchen einen anderen.',
      accepted: (vendor) => `${vendor} hat angenommen und fährt bald los.`,
      acceptedFor: (vendor, time) => `${vendor} hat angenommen. Ihr Termin: ${time}.`,
      onTheWay: (vendor) => `${vendor} ist auf dem Weg zu Ihnen.`,
      inProgress: (vendor) => `${vendor} ist bei der Arbeit.`,
      completed: (vendor) => `Fertig. ${vendor} hat Ihre Bestellung erledigt.`,
      cancelledByCustomer: 'Sie haben diese Bestellung storniert.',
      cancelledByTeam: 'Unser Team hat diese Bestellung storniert.',
      rejected: 'Kein Dienstleister konnte diese Bestellung übernehmen.',
    },
    history: {
      ordered: 'Bestellt',
      declined: 'Abgelehnt',
      released: 'Zurückgegeben',
      assigned: 'Zugewiesen',
      reassigned: 'Neu zugewiesen',
      accepted: 'Angenommen',
      setOff: 'Losgefahren',
      startedWork: 'Arbeit begonnen',
      completed: 'Erledigt',
      cancelled: 'Storniert',
      declinedByLast: 'Vom letzten Dienstleister abgelehnt',
    },
    leaving: {
      cancelled: 'Storniert',
      declined: 'Abgelehnt',
      taken: 'Von einem anderen Dienstleister übernommen',
      reassigned: 'Einem anderen Dienstleister zugewiesen',
      unavailable: 'Nicht mehr verfügbar',
    },
    refused: {
      notYours: 'Der Auftrag liegt nicht mehr bei Ihnen.',
      statusNow: (status) => `Der aktuelle Status ist „${status}“.`,
      statusNowBecause: (status, note) => `Der aktuelle Status ist „${status}“: „${note}“`,
    },
  },

  errors: {
    malformed_json: 'Die Anfrage ist kein gültiges JSON.',
    invalid_request: 'Die Anfrage hat nicht die richtige Form.',
    invalid_cursor: 'Der Cursor stammt nicht von uns.',
    unauthenticated: 'Bitte melden Sie sich zuerst an.',
    bad_credentials: 'E-Mail-Adresse oder Passwort ist falsch.',
    session_ended: 'Ihre Sitzung ist beendet. Melden Sie sich wieder an, um fortzufahren.',
    forbidden: 'Ihre Rolle erlaubt das nicht.',
    not_found: 'Hier gibt es nichts.',
    method_not_allowed: 'Diese Adresse lässt diese Methode nicht zu.',
    email_taken: 'Mit dieser E-Mail-Adresse gibt es schon ein Konto. Möchten Sie sich anmelden?',
    already_taken: 'Ein anderer Dienstleister war schneller. Das Angebot ist vergeben.',
    invalid_transition: 'Der Auftrag kann so nicht mehr geändert werden.',
    version_conflict:
      'Dieser Auftrag wurde inzwischen geändert. Sie sehen jetzt den aktuellen Stand: Versuchen Sie es noch einmal, wenn es noch passt.',
    cursor_expired: 'Es ist zu viel Zeit vergangen: Laden Sie die Liste neu.',
    too_large: 'Die Anfrage ist zu groß.',
    unsupported_media_type: 'Die Anfrage muss JSON sein.',
    reason_required: 'Diese Änderung braucht eine Begründung.',
    unknown_service: 'Diese Leistung kann nicht bestellt werden.',
    unknown_vendor: 'Diesen Dienstleister gibt es nicht, oder er ist nicht aktiv.',
    invalid_schedule: 'Der Termin muss in der Zukunft liegen.',
    idempotency_mismatch: 'Dieser Idempotency-Key wurde schon mit anderem Inhalt verwendet.',
    device_limit: 'Dieser Dienstleister hat schon so viele Geräte wie möglich. Entfernen Sie zuerst eines.',
    own_account: 'Sie können Ihr eigenes Konto nicht deaktivieren.',
    too_many_requests: 'Zu viele Versuche. Warten Sie eine Minute und versuchen Sie es dann noch einmal.',
    internal:
      'Bei uns ist etwas schiefgegangen. Ihre Eingaben sind nicht verloren: Versuchen Sie es gleich noch einmal.',
    unavailable: 'Callout antwortet nicht wie erwartet. Versuchen Sie es gleich noch einmal.',
    offline:
      'Sie sind offline, oder Callout ist nicht erreichbar. Es ist nichts verloren: Versuchen Sie es noch einmal, sobald die Verbindung wieder da ist.',
    unexpected: 'Das hat nicht geklappt. Versuchen Sie es gleich noch einmal.',
  },

  fields: {
    required: 'Bitte ausfüllen',
    tooShort: (minimum) => `Mindestens ${minimum} Zeichen`,
    tooLong: (maximum) => `Höchstens ${maximum} Zeichen`,
    tooSmall: (minimum) => `Mindestens ${minimum}`,
    tooBig: (maximum) => `Höchstens ${maximum}`,
    noService: 'Wählen Sie mindestens eine Leistung',
    email: 'Geben Sie eine E-Mail-Adresse ein, zum Beispiel ana@example.com',
    time: 'Wählen Sie Tag und Uhrzeit',
    unknown: 'Unbekanntes Feld',
    invalid: 'Diese Angabe stimmt nicht',
  },

  notices: {
    statusUnsent: 'Sie sind offline. Ihr Status bleibt unverändert.',
  },

  offline: {
    willBeSent: 'Sie sind offline. Die Änderung wird gesendet, sobald Sie wieder verbunden sind.',
    sent: (orderNumber, done) => `Jetzt gesendet, da Sie wieder verbunden sind: ${orderNumber}. ${done}`,
  },

  roles: { customer: 'Kunde', vendor: 'Dienstleister', admin: 'Admin' },

  vendorStatus: { online: 'Online', break: 'In Pause', offline: 'Offline' },

  deviceCommands: {
    online: 'Anwesenheit melden',
    accept: 'Einen Auftrag annehmen',
    listen: 'Angebote und Antworten empfangen',
  },
}
