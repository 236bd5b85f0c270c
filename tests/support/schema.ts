import { readFileSync } from 'node:fs';
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';

/** A JSON Schema of the package, as users get it. */
export type SchemaName = 'outcome-1' | 'event-1';

/** RFC 3339, which is what `date-time` means (JSON Schema 2020-12, "Dates, Times, and Duration"). */
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const compiled = new Map<SchemaName, ValidateFunction>();

export function readSchema(name: SchemaName): AnySchemaObject {
  return JSON.parse(
    readFileSync(new URL(`../../schema/${name}.schema.json`, import.meta.url), 'utf8'),
  ) as AnySchemaObject;
}

/**
 * What is wrong with a document, one line each; nothing where it is as the schema says.
 * @throws {Error} when the schema itself is not one: ajv's strict mode refuses keywords that it does not know
 */
export function schemaFaults(name: SchemaName, document: unknown): string[] {
  let validate = compiled.get(name);
  if (validate === undefined) {
    validate = new Ajv2020({ allErrors: true, strict: true, formats: { 'date-time': dateTime } }).compile(
      readSchema(name),
    );
    compiled.set(name, validate);
  }
  validate(document);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || 'the document'} ${message} ${JSON.stringify(params)}`,
  );
}
