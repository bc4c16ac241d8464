import account from './zh-CN/account.ts'
import auth from './zh-CN/auth.ts'
import importIssues from './zh-CN/import-issues.ts'
import importSteps from './zh-CN/import-steps.ts'
import imports from './zh-CN/imports.ts'
import map from './zh-CN/map.ts'
import shell from './zh-CN/shell.ts'
import users from './zh-CN/users.ts'

/** Every sentence of the screen, one file a feature; en.ts has the same keys. */
export default { account, auth, imports, importIssues, importSteps, map, shell, users }
