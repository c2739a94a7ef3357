"""A doorbell for offers: it rings on a new offer, and Enter (the button) accepts the oldest. pip install paho-mqtt

DEVICE_TOKEN=… VENDOR_ID=… python3 doorbell.py [host] [port]
"""

import json
import os
import sys
import uuid

import paho.mqtt.client as mqtt

host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
port = int(sys.argv[2]) if len(sys.argv) > 2 else 1883
replies = f"users/{os.environ['VENDOR_ID']}/replies"
offers: dict[str, dict] = {}


def on_connect(client, userdata, flags, reason, properties):
    if reason.is_failure:
        print(f"The broker refuses the token: {reason}", flush=True)
        client.disconnect()
        return
    client.subscribe([("orders/new", 1), ("orders/update", 1), (replies, 1)])
    # The vendor is online while the doorbell is connected; the last will says that it is not any more.
    client.publish("vendor/status", "online", qos=1)
    print("connected", flush=True)


def on_message(client, userdata, message):
    event = json.loads(message.payload)
    if message.topic == replies:
        print("stored" if event["ok"] else f"refused: {event.get('detail') or event['code']}", flush=True)
    elif event.get("gone") or event["status"] != "pending":
        if offers.pop(event["id"], None):
            print("gone" if event.get("gone") else event["status"], flush=True)
    elif event["id"] not in offers:
        offers[event["id"]] = event
        services = ", ".join(f"{item['quantity']} × {item['name']}" for item in event["items"])
        print(f"\a{event['number']}: {services}", flush=True)


# A persistent session: what is published while the doorbell is away waits for it.
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "doorbell", clean_session=False, protocol=mqtt.MQTTv311)
client.username_pw_set("doorbell", os.environ["DEVICE_TOKEN"])
client.will_set("vendor/status", "offline", qos=1)
client.on_connect, client.on_message = on_connect, on_message
client.connect(host, port, keepalive=30)
client.loop_start()
for _ in sys.stdin:
    if not offers:
        print("no offers", flush=True)
        continue
    order = next(iter(offers.values()))
    # With a commandId a repeated command is applied once.
    command = {"status": "accepted", "version": order["version"], "commandId": str(uuid.uuid4())}
    client.publish(f"orders/{order['id']}/status", json.dumps(command), qos=1)
client.disconnect()
client.loop_stop()
