import account from './en/account.ts'
import auth from './en/auth.ts'
import importIssues from './en/import-issues.ts'
import importSteps from './en/import-steps.ts'
import imports from './en/imports.ts'
import map from './en/map.ts'
import shell from './en/shell.ts'
import users from './en/users.ts'
import type zhCn from './zh-CN.ts'

const en: typeof zhCn = { account, auth, imports, importIssues, importSteps, map, shell, users }

export default en
