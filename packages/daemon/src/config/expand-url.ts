import { ConfigError } from './config-error.ts'

/** `${NAME}` replaced from the environment. Throws ConfigError for a name that is not there. */
export function expandUrl(url: string, env: NodeJS.ProcessEnv): string {
  return url.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => fromEnvironment(name, env))
}

export function fromEnvironment(name: string, env: NodeJS.ProcessEnv): string {
  const value = env[name]
  if (value !== undefined && value !== '') return value
  throw new ConfigError(`the environment has no ${name}, which the config asks for`)
}
