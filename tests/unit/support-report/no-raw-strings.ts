import type { Redacted } from '../../../src/support-report/redaction/redacted.js';
import type { Draft } from '../../../src/support-report/report.js';

/** Paths of a value's fields that would take any string. Words of a fixed list are no such. */
type RawStrings<T, Path extends string> = T extends Redacted
  ? never
  : T extends string
    ? string extends T
      ? Path
      : never
    : T extends number | boolean | null | undefined
      ? never
      : T extends readonly (infer Item)[]
        ? RawStrings<Item, `${Path}[]`>
        : { [Name in keyof T & string]: RawStrings<T[Name], `${Path}.${Name}`> }[keyof T & string];

/** This file compiles only as long as no field of a report takes a text that went through no redactor. */
export const noRawStrings: [RawStrings<Draft, 'report'>] extends [never] ? true : RawStrings<Draft, 'report'> = true;

// The rule itself would notice one.
export const noticed: RawStrings<{ readonly a: { readonly b: string }[] }, 'x'> = 'x.a[].b';
