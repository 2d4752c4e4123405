import { cut } from '../api/errors.js';
import { isPlainObject } from '../rules/is-plain-object.js';
import { childOrigin, configError } from './config-error.js';
import type { Origin } from './config-error.js';
import type { Environment } from './environment.js';

/** `$${`, which stands for `${`, or a reference; the group is undefined for a reference that is malformed. */
const references = /\$\$\{|\$\{(?:([A-Za-z_]\w*)\})?/g;

/**
 * Replaces `${NAME}` in a setting by environment variables, in all strings of an object. `$${` stands for `${`. In a URL, a value is
 * percent-encoded as its place requires: all of it in credentials and in the query; `%` and `?` in the host and path; nothing at the beginning.
 * @throws `ConfigError` for a variable that is not set or empty, and for `${` without a name.
 */
export function expandVariables(setting: unknown, env: Environment, origin: Origin): unknown {
  return typeof setting === 'string' ? expand(setting, env, origin, encodeForUrl) : expandNested(setting, env, origin);
}

function expandNested(value: unknown, env: Environment, origin: Origin): unknown {
  if (typeof value === 'string') return expand(value, env, origin, (_template, _offset, text) => text);
  if (Array.isArray(value)) return value.map((item, index) => expandNested(item, env, childOrigin(origin, String(index))));
  // Bytes, for example, stay as they are.
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, expandNested(item, env, childOrigin(origin, name))]));
}

function expand(
  template: string,
  env: Environment,
  origin: Origin,
  encode: (template: string, offset: number, text: string) => string,
): string {
  return template.replace(references, (reference: string, name: string | undefined, offset: number) => {
    if (reference === '$${') return '${';
    if (name === undefined)
      throw configError(origin, 'expected `${NAME}` of an environment variable, found another `${` (write it as `$${`)');
    const text = env[name];
    if (text === undefined || text === '')
      throw configError(origin, `the environment variable ${cut(name)} is not set (write \`$\${\` for a literal \`\${\`)`);
    return encode(template, offset, text);
  });
}

/** Describes a `${NAME}` that was not expanded, for errors. */
export const unexpandedVariable = '`${NAME}`, which is expanded in JSON and YAML files only';

/** Returns whether a string contains a `${NAME}`. */
export function hasVariable(text: string): boolean {
  return /\$\{[A-Za-z_]\w*\}/.test(text);
}

function encodeForUrl(template: string, offset: number, text: string): string {
  if (offset === 0) return text;
  const isCredential = /^[^/?]*@/.test(template.slice(offset));
  if (isCredential || template.slice(0, offset).includes('?')) return encodeURIComponent(text);
  return text.replaceAll(/[%?]/g, encodeURIComponent);
}
