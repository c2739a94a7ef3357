import { documentRoutes } from './routes.ts'
import type { FeatureModule } from '../feature.ts'
import { restPage, topicsPage } from './pages.ts'

/** The documents of the API, made from the route table and the topic table, and the pages that show them. */
export const docs: FeatureModule = {
  name: 'docs',
  create({ routes, mqttPort, mqttTlsPort, settings: { publicUrl, version } }) {
    const facts = () => ({
      routes: routes(),
      version,
      publicUrl: publicUrl(),
      mqttPort: mqttPort(),
      mqttTlsPort: mqttTlsPort(),
    })
    return {
      routes: documentRoutes(facts),
      pages: { '/docs': restPage, '/docs/topics': topicsPage },
    }
  },
}
