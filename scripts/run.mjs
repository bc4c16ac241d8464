// The one entry behind `npm run …`. Node built-ins only: it has to work before anything is installed.
// Kept in plain old syntax, so that a Node too old for the rest can still say so.
const LEAST_NODE = [20, 19]

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
  console.error(
    `需要 Node.js ${LEAST_NODE.join('.')} 或更高版本，当前是 ${process.versions.node}。请从 https://nodejs.org 安装后重试。`,
  )
  console.error(
    `Node.js ${LEAST_NODE.join('.')} or later is needed; this is ${process.versions.node}. Install it from https://nodejs.org and try again.`,
  )
  process.exit(1)
}

const { main } = await import('./run/main.mjs')
process.exitCode = await main(process.argv.slice(2))
