import { quoteIdentifier, quoteLiteral } from '../database/quote.js';
import { splitStatements, type Statement } from '../database/split-statements.js';
import { actAsOwner, pinnedPath, searchPath, yokeflowPath } from '../planning/transaction-settings.js';
import type { EnumLabel } from '../releases/release.js';
import { readSql } from '../releases/sql-files.js';
import type { Inspection } from './inspection.js';

/** A run of statements that is shown, timed and blamed under one name. */
export interface Section {
  /** A step's id, or what the section is for. */
  readonly name: string;
  readonly title: string;
  readonly statements: readonly Statement[];
}

export function labelStatement({ type, label }: EnumLabel, schema: string): string {
  return `ALTER TYPE ${quoteIdentifier(schema)}.${quoteIdentifier(type)} ADD VALUE IF NOT EXISTS ${quoteLiteral(label)}`;
}

type Changes = Pick<Inspection, 'plan' | 'snapshot' | 'affected'>;

/** Everything of the plan that changes the schema, in order. Pure but for reading sql/. */
export function changeSections({ plan, snapshot, affected: { carried: views, putBack } }: Changes): Section[] {
  // The views may belong to somebody else than YokeFlow's tables do, and their texts were read under this very path.
  const asConnected = (statements: readonly string[]): Statement[] => {
    const again = [...actAsOwner(snapshot), searchPath([snapshot.schema, ...snapshot.extensionSchemas])];
    return [
      ...(again.length > 1 ? ['RESET ROLE'] : []),
      'SET LOCAL search_path = pg_catalog, pg_temp',
      ...statements,
      ...again,
    ].map((sql) => ({ sql, line: 1 }));
  };
  const path = (statement: string) => ({ sql: statement, line: 1 });
  const sections: Section[] = [
    {
      name: 'prepare',
      title: 'Prepare',
      statements: [path(yokeflowPath(snapshot)), ...splitStatements(readSql('shared/ensure.sql')), path(pinnedPath)],
    },
  ];
  if (views.length > 0) {
    const drops = asConnected([...views].reverse().map((view) => view.drop));
    sections.push({ name: 'set views aside', title: `Set aside ${views.length} view(s) of yours`, statements: drops });
  }
  for (const { step } of plan.steps) {
    sections.push({
      name: step.id,
      title: step.title,
      statements: [path(yokeflowPath(snapshot)), ...splitStatements(readSql(step.file)), path(pinnedPath)],
    });
  }
  if (views.length > 0) {
    const restores = asConnected(views.flatMap((view) => view.restore));
    sections.push({ name: 'restore views', title: `Restore ${views.length} view(s) of yours`, statements: restores });
  }
  if (putBack.length > 0)
    sections.push({
      name: 'put back',
      title: 'Put back rights, options and comments',
      statements: asConnected(putBack),
    });
  sections.push({
    name: 'tidy up',
    title: 'Tidy up',
    statements: [path(yokeflowPath(snapshot)), ...splitStatements(readSql('shared/ensure-drop.sql')), path(pinnedPath)],
  });
  return sections;
}
