import type { MailTexts } from './index.ts'

export const de: MailTexts = {
  events: {
    'order.placed': {
      subject: 'Bestellung {number} eingegangen',
      heading: 'Ihre Bestellung ist bei uns eingegangen',
      body: 'Wir schreiben Ihnen wieder, sobald ein Dienstleister sie übernommen hat.',
    },
    'order.accepted': {
      subject: '{vendor} hat Ihre Bestellung {number} übernommen',
      heading: '{vendor} hat Ihre Bestellung übernommen',
      body: 'Sie hören von uns, wenn {vendor} losfährt.',
    },
    'order.on_the_way': {
      subject: '{vendor} ist auf dem Weg zu Ihnen',
      heading: '{vendor} ist auf dem Weg zu Ihnen',
      body: 'Auf der Seite Ihrer Bestellung können Sie den Weg verfolgen.',
    },
    'order.completed': {
      subject: 'Beleg zu Bestellung {number}',
      heading: '{vendor} hat Ihre Bestellung erledigt',
      body: 'Vielen Dank für Ihre Bestellung. Hier ist Ihr Beleg.',
    },
    'order.failed': {
      subject: 'Auftrag {number} konnte nicht ausgeführt werden',
      heading: '{vendor} konnte Ihren Auftrag nicht ausführen',
      body: 'Bitte sagen Sie uns, wie es weitergehen soll, oder bestellen Sie für einen anderen Zeitpunkt.',
    },
    'order.cancelled': {
      subject: 'Bestellung {number} wurde storniert',
      heading: 'Ihre Bestellung wurde storniert',
      body: 'Wenn Sie die Leistung noch brauchen, bestellen Sie sie bitte noch einmal.',
    },
    'order.rejected': {
      subject: 'Kein Dienstleister konnte Bestellung {number} übernehmen',
      heading: 'Leider konnte kein Dienstleister Ihre Bestellung übernehmen',
      body: 'Bitte bestellen Sie noch einmal für eine andere Zeit.',
    },
    'order.released': {
      subject: 'Wir suchen einen anderen Dienstleister für Bestellung {number}',
      heading: 'Wir suchen einen anderen Dienstleister',
      body: 'Der Dienstleister, der Ihre Bestellung übernommen hatte, kann nicht kommen. Wir schreiben Ihnen wieder, sobald ein anderer sie übernommen hat.',
    },
    'message.received': {
      subject: 'Neue Nachricht zu Bestellung {number}',
      heading: 'Sie haben eine neue Nachricht zu Ihrer Bestellung',
      body: 'Auf der Seite Ihrer Bestellung können Sie sie lesen und antworten.',
    },
  },
  scheduled: {
    'order.placed': { subject: 'Bestellung {number} eingegangen für {when}' },
    'order.accepted': {
      subject: 'Termin: {when}, Bestellung {number}',
      heading: '{vendor} kommt am {when}',
      body: 'Sie hören von uns, wenn {vendor} losfährt.',
    },
  },
  labels: {
    order: 'Bestellung',
    when: 'Wann',
    asSoonAsPossible: 'So bald wie möglich',
    services: 'Leistungen',
    vendor: 'Dienstleister',
    completed: 'Erledigt',
    reason: 'Grund',
    note: 'Notiz von {vendor}',
    total: 'Summe',
  },
  open: 'Bestellung ansehen',
  why: 'Sie bekommen diese E-Mail, weil Sie bei Callout bestellt haben.',
  unsubscribe: 'Diese E-Mails abbestellen',
  unsubscribePage: {
    title: 'E-Mails zu Ihren Bestellungen',
    question:
      'Möchten Sie alle E-Mails zu Ihren Bestellungen abbestellen? Die Seite einer Bestellung zeigt weiterhin alles.',
    button: 'Diese E-Mails abbestellen',
    done: 'Sie bekommen keine E-Mails mehr zu Ihren Bestellungen. Auf der Seite unter „Mitteilungen“ können Sie sie wieder einschalten.',
  },
}
