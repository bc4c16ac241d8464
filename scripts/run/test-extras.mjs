import { writeFileSync } from 'node:fs'

/**
 * What Vitest's own report leaves out: how long a file took with its loading and its hooks, and what failed outside of
 * any test.
 */
export default class TestExtras {
  onTestRunEnd(modules, unhandledErrors) {
    const files = modules.map((module) => ({
      path: module.moduleId,
      ms: wholeTime(module),
      errors: errorsOf(module),
    }))
    const unhandled = unhandledErrors.map(textOf)
    writeFileSync(process.env.QIDI_TEST_EXTRAS, JSON.stringify({ files, unhandled }))
  }
}

function wholeTime(module) {
  const { environmentSetupDuration, prepareDuration, collectDuration, setupDuration, duration } =
    module.diagnostic()
  return environmentSetupDuration + prepareDuration + collectDuration + setupDuration + duration
}

/** Of a file that does not load, and of hooks around several tests. */
function errorsOf(module) {
  const suites = [...module.children.allSuites()]
  return [
    ...module.errors().map((error) => ({ name: '', message: textOf(error) })),
    ...suites.flatMap((suite) =>
      suite.errors().map((error) => ({ name: suite.fullName, message: textOf(error) })),
    ),
  ]
}

const textOf = ({ message, stack }) => stack || message
