#!/bin/sh
# /etc/letsencrypt/renewal-hooks/deploy/callout: certbot runs it after each renewal. It copies the certificate to where the user
# callout may read it (MQTT_TLS_CERT, MQTT_TLS_KEY). The server reads it again within ten seconds; no connection is closed.
set -eu
to=${CALLOUT_TLS:-/etc/callout/tls}
group=${CALLOUT_GROUP:-callout}
install -d -m 750 -g "$group" "$to"
for file in privkey.pem fullchain.pem; do
  # Replaced at once, never half written.
  install -m 640 -g "$group" "$RENEWED_LINEAGE/$file" "$to/$file.new"
  mv "$to/$file.new" "$to/$file"
done
