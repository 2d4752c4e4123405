import * as fs from '@anybucket/backend-fs';
import * as memory from '@anybucket/backend-memory';
import * as minio from '@anybucket/backend-minio';
import type { OptionSchema, OptionType, OptionsSchema } from '@anybucket/core/backend';

const backends: Readonly<Record<string, OptionsSchema>> = {
  memory: memory.optionsSchema,
  fs: fs.optionsSchema,
  minio: minio.optionsSchema,
};

/** The pattern of a reference to an environment variable: `${NAME}`. */
const variable = String.raw`\$\{[A-Za-z_]\w*\}`;

/** Returns the JSON schema of a configuration file, from the option schemas of the backends. Draft 7, the latest that all editors support. */
export function configSchema(): object {
  const urlForms = Object.values(backends).flatMap(({ url }) => (url === undefined ? [] : [url.form]));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'anybucket configuration',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      default: {
        type: 'string',
        pattern: `^(?:[a-z0-9_]+|${variable})$`,
        description: 'The name of the default datastore.',
        default: 'data_store',
      },
      datastores: {
        type: 'object',
        description: 'Each datastore by its name.',
        propertyNames: { pattern: '^[a-z0-9_]+$' },
        additionalProperties: { anyOf: [{ $ref: '#/definitions/url' }, { $ref: '#/definitions/object' }] },
      },
    },
    required: ['datastores'],
    additionalProperties: false,
    definitions: {
      url: { type: 'string', description: `A URL: ${urlForms.join('; ')}.`, pattern: `^(?:[A-Za-z][A-Za-z0-9+.-]*:|${variable})` },
      object: {
        type: 'object',
        properties: {
          backend: {
            description: 'The backend by its short name, or the package or path of a module.',
            anyOf: [{ enum: Object.keys(backends) }, { type: 'string', minLength: 1 }],
          },
          serve: serveSchema(),
        },
        required: ['backend'],
        allOf: Object.entries(backends).map(([name, schema]) => ({
          if: { properties: { backend: { const: name } }, required: ['backend'] },
          // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON schema
          then: settingsSchema(schema),
        })),
      },
    },
  };
}

/** The schema of the setting that all backends have. */
function serveSchema(): object {
  const text = (description: string): object => ({ type: 'string', minLength: 1, description });
  return {
    type: 'object',
    description: 'Starts a server over the S3 protocol with the datastore. Requires the package @anybucket/s3-server.',
    properties: {
      port: { type: 'integer', minimum: 0, maximum: 65_535, description: 'The port; 0 is any free port.', default: 9000 },
      host: text('The host name or address to listen on.'),
      accessKey: text('The access key. Random by default.'),
      secretKey: text('The secret key.'),
      region: text('The region that clients must sign for.'),
      domain: text('The domain for virtual-hosted-style requests.'),
      cors: { type: 'array', items: { type: 'string' }, description: 'Origins that browsers may send requests from.' },
      anonymous: { enum: ['read'], description: 'Allows unsigned requests that read.' },
      publicUrl: text('The address under which clients reach the server, for presigned URLs.'),
    },
    dependencies: { accessKey: ['secretKey'], secretKey: ['accessKey'] },
  };
}

function settingsSchema({ options }: OptionsSchema): object {
  // JSON has no functions: those options can be set in JavaScript and TypeScript only.
  const settings = Object.entries(options).filter(([, { type, codeOnly }]) => jsonTypes(type).length > 0 && codeOnly !== true);
  const required = settings.filter(([, option]) => option.required === true).map(([name]) => name);
  const dependencies = settings.flatMap(([name, { requires }]) => (requires === undefined ? [] : [[name, requires] as const]));
  return {
    properties: { backend: true, serve: true, ...Object.fromEntries(settings.map(([name, option]) => [name, settingSchema(option)])) },
    ...(required.length > 0 ? { required } : {}),
    ...(dependencies.length > 0 ? { dependencies: Object.fromEntries(dependencies) } : {}),
    additionalProperties: false,
  };
}

function jsonTypes(type: OptionSchema['type']): OptionType[] {
  return [type].flat().filter((alternative) => alternative !== 'function');
}

function settingSchema(option: OptionSchema): object {
  const [only, ...others] = jsonTypes(option.type).map((type) => valueSchema(type, option));
  return { description: option.description, ...(others.length === 0 ? only : { anyOf: [only, ...others] }) };
}

function valueSchema(type: OptionType, { values, integer, min, max }: OptionSchema): object {
  return {
    type: integer === true ? 'integer' : type,
    ...(type === 'string' ? { minLength: 1 } : {}),
    ...(values === undefined || type !== 'string' ? {} : { enum: values }),
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
  };
}
