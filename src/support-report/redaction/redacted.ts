declare const redacted: unique symbol;

/**
 * Text that went through a redactor. A plain string is not assignable to it, so the compiler refuses a report into
 * which somebody puts a text as it came.
 */
export type Redacted = string & { readonly [redacted]: true };

/** What a text was masked as. `[value]`, `[name]` and `[message]` stand for what was not taken in, and get no number. */
export const maskKinds = ['password', 'token', 'webhook', 'e-mail', 'host', 'user', 'id'] as const;
export type MaskKind = (typeof maskKinds)[number];

/** A sentence of this program's own with redacted values in it. */
export function say(sentence: TemplateStringsArray, ...values: readonly (Redacted | number)[]): Redacted {
  return sentence.map((part, index) => part + String(values[index] ?? '')).join('') as Redacted;
}

/** A time, as ISO 8601 in UTC. */
export function instant(time: Date): Redacted {
  return time.toISOString() as Redacted;
}

export function join(texts: readonly Redacted[], separator: ', ' | '; ' | ' ' | '\n' = ', '): Redacted {
  return texts.join(separator) as Redacted;
}
