import { COMMANDS } from './commands.mjs'
import { say, Stop } from './terminal.mjs'

/** Runs one command and answers with the exit code. */
export async function main([name, ...args]) {
  const command = COMMANDS[name]
  if (!command) {
    say(`用法：npm run <命令>。命令：`, `Usage: npm run <command>. Commands:`)
    for (const [known, { zh, en }] of Object.entries(COMMANDS)) say(`  ${known.padEnd(8)} ${zh}`, en)
    return name && name !== 'help' ? 2 : 0
  }
  try {
    return await command.run(args)
  } catch (error) {
    if (!(error instanceof Stop)) throw explained(error)
    say(error.zh, `\n${error.en}`)
    return error.exitCode
  }
}

function explained(error) {
  if (error.code === 'ENOSPC') error.message = `磁盘空间不足 / the disk is full: ${error.message}`
  return error
}
