import { readFileSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import { connectAsync, ErrorWithReasonCode, type IClientOptions } from 'mqtt'
import type { Config } from '../../../server/config/config.ts'
import { websocketPath } from '../../../server/mqtt/transport/websocket.ts'
import { ok, problem, reasonOf, warning, type Finding } from '../finding.ts'
import { localHost, patience } from './server.ts'

const day = 86_400_000

/** Whether MQTT clients reach the running server over TCP, TLS and WebSocket. */
export async function checkMqtt({ host, port, mqttPort, mqttTls, mqttProxyProtocol }: Config): Promise<Finding[]> {
  const at = localHost(host)
  return [
    mqttProxyProtocol
      ? ok(`MQTT over TCP (port ${mqttPort}) takes connections with a PROXY header only: not checked`)
      : await reach(`mqtt://${at}:${mqttPort}`, 'check MQTT_PORT, and the log of the server'),
    ...(mqttTls
      ? [
          await reach(`mqtts://${at}:${mqttTls.port}`, 'check MQTT_TLS_PORT, and the log of the server', {
            // Of this machine, by another name than the certificate's.
            rejectUnauthorized: false,
          }),
          validity(mqttTls.certificate),
        ]
      : []),
    await reach(`ws://${at}:${port}${websocketPath}`, 'check the log of the server'),
  ]
}

/** A broker that refuses a wrong password is reached. */
export async function reach(url: string, advice: string, options: IClientOptions = {}): Promise<Finding> {
  const unreachable = (reason: string) => problem(`${url} does not answer as an MQTT broker: ${reason}`, advice)
  try {
    const login = { username: 'doctor', password: 'doctor', reconnectPeriod: 0, connectTimeout: patience }
    const client = await connectAsync(url, { ...login, protocolVersion: 4, ...options }, false)
    await client.endAsync(true)
    return unreachable('it accepts a wrong password')
  } catch (error) {
    const isRefusal = error instanceof ErrorWithReasonCode && (error.code === 4 || error.code === 5)
    return isRefusal ? ok(`${url} answers`) : unreachable(reasonOf(error))
  }
}

function validity(file: string): Finding {
  const left = Date.parse(new X509Certificate(readFileSync(file)).validTo) - Date.now()
  const what = `the certificate in ${file} is valid for ${Math.floor(left / day)} more days`
  if (left < 0) return problem(`the certificate in ${file} has expired`, 'renew it; the server reads it by itself')
  return left < 14 * day ? warning(what, 'renew it; the server reads it by itself') : ok(what)
}
