/** A text as HTML shows it, in an element or an attribute. */
export function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

const masked = /\[(?:(?:password|token|webhook|e-mail|host|user|id) \d+|value|name|message)\]/g;

/** A sentence with its commands and masks set apart. What stands in backticks, or after `Run:`, is to be typed. */
export function sentence(text: string): string {
  return text
    .split(/(`[^`]+`|(?<=\bRun: )yokeflow-upgrade[^.,;]*|(?<=\bmeans: )yokeflow-upgrade.*$)/)
    .map((part, index) => (index % 2 === 1 ? code(part.replace(/^`|`$/g, '')) : value(part)))
    .join('');
}

/** A short command stays in one line. */
function code(command: string): string {
  return `<code${command.length <= 34 ? ' class="short"' : ''}>${value(command)}</code>`;
}

/** A value with its masks set apart. Long names may be broken after an underscore or a dot. */
export function value(text: string): string {
  return escaped(text)
    .replace(masked, (mask) => `<span class="mask">${mask}</span>`)
    .replace(/(?<=[a-z0-9])([_./])(?=[a-z])/gi, '$1<wbr>');
}
