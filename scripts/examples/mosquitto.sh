#!/bin/sh
# Everything with the mosquitto clients (apt-get install mosquitto-clients). One line for each topic:
#
#   TOKEN=tok_… sh mosquitto.sh orders                 # as a dashboard: npm run -s token -- --scope dashboard --name Wall
#   DEVICE_TOKEN=… sh mosquitto.sh accept ORDER_ID     # as a device of a vendor: the page Devices
#
# MQTT_HOST and MQTT_PORT: 127.0.0.1 and 1883. Further arguments go to mosquitto_sub: `orders -C 1` ends after one message.
set -eu
what=${1:?orders, vendors, places, commands, services, offers, replies VENDOR_ID, online, break, offline, here LAT LNG, accept, set_off, start, complete or decline ORDER_ID}
shift
server="-h ${MQTT_HOST:-127.0.0.1} -p ${MQTT_PORT:-1883}"
watch() { exec mosquitto_sub $server -u wall -P "$TOKEN" -q 1 -v "$@"; }
listen() { exec mosquitto_sub $server -u van -P "$DEVICE_TOKEN" -q 1 -v "$@"; }
# At QoS 1 it ends when the server has stored it.
say() { exec mosquitto_pub $server -u van -P "$DEVICE_TOKEN" -q 1 "$@"; }

case $what in
  orders) watch -t orders/new -t orders/update "$@" ;;
  vendors) watch -t 'vendor/status/+' "$@" ;; # the current status of each at once, then every change
  places) watch -t vendor/location "$@" ;;
  commands) watch -t 'orders/+/status' "$@" ;; # not for tokens without contact details
  services) watch -t services "$@" ;; # the catalogue at once, and at each change
  offers) listen -t orders/new -t orders/update "$@" ;;
  replies) vendor=$1 && shift && listen -t "users/$vendor/replies" "$@" ;; # the answer to each command
  online | break | offline) say -t vendor/status -m "$what" ;;
  here) say -t vendor/location -m "{\"lat\": $1, \"lng\": $2}" ;;
  accept) say -t "orders/$1/status" -m accepted ;;
  set_off) say -t "orders/$1/status" -m on_the_way ;;
  start) say -t "orders/$1/status" -m in_progress ;;
  complete) say -t "orders/$1/status" -m '{"status": "completed", "note": "Left at the door"}' ;;
  decline) say -t "orders/$1/status" -m '{"status": "rejected", "reason": "Too far"}' ;;
  *) echo "There is no '$what' here" >&2 && exit 2 ;;
esac
