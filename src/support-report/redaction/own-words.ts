import { errorCodes } from '../../errors/codes.js';
import { explain } from '../../errors/explanations.js';
import { lines } from '../../releases/registry.js';

/** Names that every installation of YokeFlow, PostgreSQL or Docker has, or that stand for a service and for no person. */
const everybodys: ReadonlySet<string> = new Set(
  (
    'host localhost postgres postgresql template0 template1 public pg_catalog information_schema yokeflow yokeflow_upgrade agent autonomous_coding ' +
    'yokeflow_postgres yokeflow-postgres autonomous_coding_postgres yokeflow_postgres_data root admin node app docker nobody default shared ' +
    'ubuntu debian ec2-user runner www-data doadmin defaultdb azure_superuser rdsadmin rds_superuser cloudsqlsuperuser supabase_admin neon_superuser'
  ).split(' '),
);

/** Whether a name tells nothing about anybody. Roles that begin with pg_ are PostgreSQL's own. */
export function isEverybodys(name: string): boolean {
  return everybodys.has(name.toLowerCase()) || /^pg_\w+$/i.test(name);
}

/** What this program says of the releases and of its errors, in small letters, and each word of it. */
let own: { readonly text: string; readonly words: ReadonlySet<string> } | undefined;

function ownTexts(): { readonly text: string; readonly words: ReadonlySet<string> } {
  if (own !== undefined) return own;
  const text = JSON.stringify([[...everybodys], lines, errorCodes.map(explain)]).toLowerCase();
  return (own = { text, words: new Set(text.match(/[\p{L}\p{N}_]+/gu)) });
}

/** Whether a word stands in texts of this program. The names of YokeFlow's tables, columns and functions do. */
export function isOwnWord(word: string): boolean {
  return ownTexts().words.has(word.toLowerCase());
}

/** Whether each word of a name or a definition is one: `public.sessions`, `'paused'::session_status`. */
export function isOwnName(text: string): boolean {
  return (text.match(/[\p{L}\p{N}_]+/gu) ?? []).every(isOwnWord);
}

/** Whether a text can be part of such a word, so that it counts only where it stands alone. */
export function isInsideOwn(text: string): boolean {
  return ownTexts().text.includes(text.toLowerCase());
}
