// Imported first by the commands a user starts, so that an old Node version is reported in one line. Node 16 syntax.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Callout needs Node 20.19 or later, up to 26. This is Node ${process.versions.node}.`)
  process.exit(1)
}
