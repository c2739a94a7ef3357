// A doorbell for offers on an ESP32: a lamp while an offer waits, and a button that accepts it.
// Libraries (Arduino library manager): PubSubClient 2.8, ArduinoJson 7.
#include <WiFi.h>
#include <PubSubClient.h>
#include <ArduinoJson.h>

const char *WIFI_NAME = "…", *WIFI_PASSWORD = "…";
const char *SERVER = "192.168.0.10";
const uint16_t PORT = 1883;
const char *DEVICE_TOKEN = "…"; // the page "Devices" of the vendor
const int LAMP = 2, BUTTON = 0;

WiFiClient network;
PubSubClient mqtt(network);
String offer;         // the id of the order that is offered, or empty
int offerVersion = 0;
bool wasPressed = false;
unsigned long lastAttempt = 0;

void onMessage(char *topic, byte *payload, unsigned int length) {
  // Of a whole order only these fields are read, which saves memory.
  JsonDocument filter;
  for (const char *field : {"id", "status", "version", "gone"}) filter[field] = true;
  JsonDocument event;
  if (deserializeJson(event, payload, length, DeserializationOption::Filter(filter))) return;
  const String id = event["id"] | "";
  const bool isOffered = event["status"] == "pending" && !(event["gone"] | false);
  if (isOffered && offer.isEmpty()) offer = id;
  if (id != offer) return;
  if (isOffered) offerVersion = event["version"] | 0;
  else offer = ""; // accepted here or by another vendor, or cancelled
}

void connectToBroker() {
  if (mqtt.connected() || WiFi.status() != WL_CONNECTED) return;
  if (lastAttempt != 0 && millis() - lastAttempt < 5000) return;
  lastAttempt = millis();
  // The last will tells the desk that this vendor is gone when the power fails. A persistent session (the last argument)
  // keeps the offers that are published meanwhile.
  if (!mqtt.connect("doorbell", "doorbell", DEVICE_TOKEN, "vendor/status", 1, false, "offline", false)) return;
  mqtt.subscribe("orders/new", 1);
  mqtt.subscribe("orders/update", 1);
  mqtt.publish("vendor/status", "online");
}

void acceptOffer() {
  char topic[64], command[96];
  snprintf(topic, sizeof topic, "orders/%s/status", offer.c_str());
  // PubSubClient publishes at QoS 0. With a commandId a second press is applied once; the version refuses an old offer.
  snprintf(command, sizeof command, "{\"status\":\"accepted\",\"version\":%d,\"commandId\":\"%s-%d\"}", offerVersion,
           offer.c_str(), offerVersion);
  mqtt.publish(topic, command);
}

void setup() {
  pinMode(LAMP, OUTPUT);
  pinMode(BUTTON, INPUT_PULLUP);
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);
  mqtt.setServer(SERVER, PORT);
  mqtt.setKeepAlive(30);
  // 256 bytes by default: a larger message is dropped without a word. An order has 1 to 2 kB, more with long notes.
  mqtt.setBufferSize(4096);
  mqtt.setCallback(onMessage);
}

void loop() {
  connectToBroker();
  mqtt.loop();
  digitalWrite(LAMP, offer.isEmpty() ? LOW : HIGH);
  const bool isPressed = digitalRead(BUTTON) == LOW;
  if (isPressed && !wasPressed && !offer.isEmpty()) acceptOffer();
  wasPressed = isPressed;
  delay(10);
}
