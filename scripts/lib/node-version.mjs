// Imported first by what a user starts, so that an old Node is named in one line. Syntax of Node 16.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Callout needs Node 20.19 or later, up to 26. This is Node ${process.versions.node}.`)
  process.exit(1)
}
