"""Prints what is published about orders and vendors. pip install paho-mqtt

TOKEN=tok_… python3 listener.py [host] [port]
"""

import json
import os
import sys

import paho.mqtt.client as mqtt

versions: dict[str, int] = {}


def on_connect(client, userdata, flags, reason, properties):
    if reason.is_failure:
        print(f"The broker refuses the token: {reason}", flush=True)
        client.disconnect()
        return
    # After each connect: the session is a clean one.
    client.subscribe([("orders/new", 1), ("orders/update", 1), ("vendor/status/+", 1)])


def on_subscribe(client, userdata, mid, reasons, properties):
    print("subscribed", *[str(reason) for reason in reasons], flush=True)


def on_message(client, userdata, message):
    if not message.payload:
        return  # The vendor was deactivated.
    event = json.loads(message.payload)
    if message.topic.startswith("vendor/"):
        print(event["name"], event["status"], flush=True)
    elif event["version"] > versions.get(event["id"], 0):
        # The same order may arrive twice, and an older version after a newer one.
        versions[event["id"]] = event["version"]
        vendor = event["vendor"]["name"] if event["vendor"] else ""
        print(event["number"], event["status"], "version", event["version"], vendor, flush=True)


client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv311)
client.username_pw_set("listener", os.environ["TOKEN"])
client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
client.connect(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 1883)
client.loop_forever()
